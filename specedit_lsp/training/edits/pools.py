"""What edits are filled with: names, comments, sentences, statements and conditions that people wrote."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.edits.names import convert_name, find_markup_names, is_renamable, name_style
from specedit_lsp.training.edits.selection import Selection, draw_selection
from specedit_lsp.training.edits.statements import is_balanced, is_statement

TRIES = 40
COMMENT = re.compile(
    r"(?m)(?:^|\s)(?:# |// ?|/\* ?|<!-- ?)(?!type:|noqa|pragma|pylint|eslint)"
    r"([A-Za-z][^`\"'\n*<>{}\\]{3,60}?)(?: ?\*/| ?-->)?$"
)
SENTENCE = re.compile(
    r"""(?m)(?:\"{3}|/\*\*\s+(?:\* )?|///? )"""
    r"""([A-Z][a-z]+ [^"`\n\\*@{}<>]{5,65}(?:\.(?="{3}| ?\*/|$)|[a-z](?="{3})))"""
)
CONDITIONS = {"python": r"(?m)^\s*(?:el)?if (.{3,40}):$", "go": r"(?m)^\s*if ([^;{}\n]{3,40}) \{$"} | {
    "rust": r"(?m)^\s*(?:\} else )?if (?!let )([^;{}\n]{3,40}) \{$",
    "shell": r"(?m)^\s*(?:el)?if (.{3,40}); then$",
}
PARENTHESISED = r"(?m)^\s*(?:\} else )?if ?\(([^;{}\n]{3,40})\) ?\{$"
STOCK_COMMENTS = [
    "TODO: handle errors", "FIXME: this is slow", "check the input", "not thread safe", "see the docs",
    "keep in sync",     "nothing to do here", "clean up", "TODO: remove this later", "update the state",
    "HACK", "ignore errors",
]  # fmt: skip
STOCK_SENTENCES = [
    "Return the result.", "Check the arguments and raise an error if they are wrong.", "Compute the total",
    "Update the state in place.",    "Load everything from the file.", "Helper for the tests.",
    "Handle one request.",
]  # fmt: skip
STOCK_STATEMENTS = {"python": ["count += 1", "return None", "x = 1"], "shell": ["set -e", "shift"]} | {
    "go": ["count++", "return nil"],
    "css": ["display: none;", "margin: 0;"],
    "html": ["<br>", "<p>Hello</p>"],
}
STOCK_CONDITIONS = {
    "python": ["debug", "enabled", "items"],
    "shell": ['[ -n "$DEBUG" ]', '[ "$#" -gt 0 ]'],
} | {"go": ["debug", "ok", "err != nil"]}


class Pools:
    """Blocks by language, and from them whatever an edit needs, drawn as often as people wrote it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        by_language: dict[str, list[Block]] = defaultdict(list)
        for block in blocks:
            if block.language in {"css", "html"}:
                block = replace(block, roles=find_markup_names(block.text, block.language))
            by_language[block.language].append(block)
        self.blocks = {
            language: sorted(found, key=lambda block: len(block.text))
            for language, found in by_language.items()
        }
        self.lengths = {
            language: [len(block.text) for block in found] for language, found in self.blocks.items()
        }

    @property
    def languages(self) -> list[str]:
        """The languages that there are blocks of."""
        return list(self.blocks)

    def draw_selection(self, language: str, rng: random.Random, characters: int) -> Selection | None:
        """Something to edit, of at most `characters` characters; None if a draw came to nothing."""
        return draw_selection(self.blocks[language], self.lengths[language], rng, characters)

    def draw_name(self, language: str, style: str, rng: random.Random, role: str | None = None) -> str:
        """A name of this style that somebody gave in this language, or else one made to be of this style.

        With `role` it is rather one that plays this role somewhere.
        """
        accepted = {style, "snake"} if style in {"camel", "kebab"} else {style}
        name = "value"
        for count in range(TRIES):
            roles = rng.choice(self.blocks[language]).roles
            if roles:
                name = rng.choice(list(roles))
                suits = role is None or roles[name] == role or count > TRIES / 2
                if suits and len(name) <= 30 and is_renamable(name, language):
                    found = name_style(name)
                    if found in accepted and (found == style or "_" not in name):
                        return name
        return convert_name(name if name.isascii() and name.strip("_") else "value", style)

    def draw_comment(self, language: str, rng: random.Random) -> str:
        """The text of a comment."""
        if rng.random() < 0.25:
            return self.draw_sentence(rng)
        found = self._search(language, rng, lambda text: COMMENT.findall(text))
        return found.strip() if found else rng.choice(STOCK_COMMENTS)

    def draw_sentence(self, rng: random.Random) -> str:
        """What a function does, as its documentation says."""
        language = "python" if "python" in self.blocks and rng.random() < 0.8 else rng.choice(self.languages)
        return self._search(language, rng, lambda text: SENTENCE.findall(text)) or rng.choice(STOCK_SENTENCES)

    def draw_statement(self, language: str, rng: random.Random) -> str:
        """One simple statement on one line."""

        def find(text: str) -> list[str]:
            line = rng.choice(text.split("\n")).strip()
            return [line] if len(line) <= 60 and "`" not in line and is_statement(line, language) else []

        found = self._search(language, rng, find)
        return found or rng.choice(STOCK_STATEMENTS.get(language, ["count++;", "return;"]))

    def draw_condition(self, language: str, rng: random.Random) -> str:
        """What an if statement asks, without the parentheses that belong to the statement."""
        pattern = CONDITIONS.get(language, PARENTHESISED)
        found = self._search(
            language,
            rng,
            lambda text: [
                match
                for match in re.findall(pattern, text)
                if is_balanced(match) and not set(match) & set("`{}")
            ],
        )
        return found or rng.choice(STOCK_CONDITIONS.get(language, ["debug", "enabled", "count > 0"]))

    def _search(self, language: str, rng: random.Random, find: Callable[[str], list[str]]) -> str | None:
        """One of what `find` finds in the first of some random blocks where it finds anything."""
        for _ in range(TRIES):
            if found := find(rng.choice(self.blocks[language]).text):
                return rng.choice(found)
        return None
