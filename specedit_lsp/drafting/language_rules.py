"""What :class:`CodeRules` must know of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from specedit_lsp.drafting.language_names import name_language


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """The layout of a language and what its keywords are followed by."""

    comment: str
    """What begins a comment that ends with the line."""
    opener: str
    """What opens a block behind its header."""
    closer: str
    """What stands alone on the line behind a block."""
    terminator: str
    """What ends a statement."""
    headers: re.Pattern[str]
    """The beginning of a line that goes on to open a block."""
    opened: re.Pattern[str]
    """The end of a line that has opened one."""
    exits: re.Pattern[str]
    """A line behind which nothing more of its block is run."""
    complete: re.Pattern[str]
    """The end of a line that may be a whole statement."""
    further: Mapping[str, tuple[str, ...]]
    """What comes behind a line's last words, the likeliest first."""

    def opens_block(self, line: str) -> bool:
        """Whether a line is a block's header, as far as it goes."""
        return self.headers.match(line) is not None

    def has_opened(self, line: str) -> bool:
        """Whether a line has opened a block."""
        return self.opened.search(line) is not None

    def leaves_block(self, line: str) -> bool:
        """Whether a whole line is an exit from its block."""
        return self.exits.match(line) is not None

    def is_complete(self, line: str) -> bool:
        """Whether a line may be a whole statement."""
        return self.complete.search(line) is not None

    def go_on(self, line: str) -> Iterator[str]:
        """Yield what comes behind all words of a line, if they are known, else behind the last one."""
        content = line.lstrip()
        yield from self.further.get(content) or self.further.get(content[content.rfind(" ") + 1 :], ())


_EXITS = re.compile(r"\s*(?:return|break|continue|throw|raise|panic!?)\b[^({\[]*(?:\([^()]*\))?;?$")
_BRACE = re.compile(r"\{$")
_WITH_SEMICOLONS = re.compile(r"[;}]$")
_WITHOUT = re.compile(r"[\w)\]}\"'`;]$")

_C = LanguageRules(
    comment="//",
    opener=" {",
    closer="}",
    terminator=";",
    headers=re.compile(r"\s*(?:\}\s*)?(?:if|else if|for|while|switch|catch)\b"),
    opened=_BRACE,
    exits=_EXITS,
    complete=_WITH_SEMICOLONS,
    further={
        "#include": (" <", ' "'),
        "catch": (" (",),
        "do": (" {",),
        "else": (" {", " if ("),
        "for": (" (",),
        "if": (" (",),
        "switch": (" (",),
        "while": (" (",),
        "}": (" else {",),
    },
)
_SCRIPT = replace(
    _C,
    headers=re.compile(
        r"\s*(?:\}\s*)?(?:if|else if|for|while|switch|catch|(?:async |export |default )*function)\b"
    ),
    further={
        **_C.further,
        "=>": (" {",),
        "async": (" function", " ("),
        "export": (" const", " default", " function"),
        "export default": (" function", " class"),
        "for (const": (" [",),
        "try": (" {",),
        "===": (" null", " undefined"),
        "new": (" Error(",),
        "throw": (" new Error(",),
        "throw new": (" Error(",),
    },
)
_RUST = replace(
    _C,
    headers=re.compile(
        r"\s*(?:\}\s*)?(?:(?:pub(?:\([a-z]+\))? )?(?:async )?fn|if|else if|for|while|match|impl)\b"
    ),
    further={
        "#[derive": ("(Debug",),
        "else": (" {", " if "),
        "fn main": ("() {",),
        "let": (" mut",),
        "loop": (" {",),
        "pub": (" fn", " struct"),
        "unsafe": (" {",),
        "}": (" else {",),
    },
)
_GO = replace(
    _C,
    terminator="",
    headers=re.compile(r"\s*(?:\}\s*)?(?:func|if|else if|for|switch|select)\b"),
    complete=_WITHOUT,
    further={
        "else": (" {", " if "),
        "err": (" != nil {", " := "),
        "func main": ("() {",),
        "if err": (" != nil {", " := "),
        "select": (" {",),
        "!=": (" nil {",),
        "}": (" else {",),
    },
)
_JAVA = replace(
    _C,
    further={
        **{words: rest for words, rest in _C.further.items() if words != "#include"},
        "private": (" final", " static"),
        "private static": (" final",),
        "public": (" static", " void"),
        "public static": (" void main(String[] args) {", " final"),
        "throw": (" new IllegalArgumentException(",),
        "try": (" {",),
    },
)
_PYTHON = LanguageRules(
    comment="#",
    opener=":",
    closer="",
    terminator="",
    headers=re.compile(r"\s*(?:(?:async )?def|if|elif|for|while|with|class|except|match|case)\b"),
    opened=re.compile(r":$"),
    exits=_EXITS,
    complete=_WITHOUT,
    further={
        "else": (":",),
        "except": (" Exception", ":"),
        "finally": (":",),
        "for i in": (" range(",),
        "from __future__": (" import annotations",),
        "from typing": (" import",),
        "if __name__": (' == "__main__":',),
        "if not": (" isinstance(",),
        "import numpy": (" as np",),
        "import pandas": (" as pd",),
        "is": (" None", " not None"),
        "lambda": (" x:",),
        "not": (" in", " None"),
        "raise": (" ValueError(",),
        "try": (":",),
    },
)
_SHELL = LanguageRules(
    comment="#",
    opener="; then",
    closer="",
    terminator="",
    headers=re.compile(r"\s*(?:if|elif)\b"),
    opened=re.compile(r"(?:\b(?:then|do|else)|[{])$"),
    exits=re.compile(r"\s*(?:return|exit|break|continue)\b[^;]*$"),
    complete=_WITHOUT,
    further={
        "#!": ("/bin/sh", "/usr/bin/env bash"),
        "while true": ("; do",),
        "]": ("; then",),
        "]];": (" then",),
        "];": (" then",),
        "]]": ("; then",),
    },
)
_RULES = {
    "c": _C,
    "cpp": _C,
    "go": _GO,
    "java": _JAVA,
    "javascript": _SCRIPT,
    "python": _PYTHON,
    "rust": _RUST,
    "shell": _SHELL,
    "typescript": _SCRIPT,
}


def find_rules(language: str) -> LanguageRules | None:
    """Return the rules of a language as editors call it; None if there are none."""
    return _RULES.get(name_language(language))
