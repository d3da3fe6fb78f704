"""Names in code: which text is one, how it is written, and new ones that people might choose."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from specedit_lsp.training.edits.words import BUILTINS, KEYWORDS, PREFIXES, SHORT_NAMES, SUFFIXES

STYLES = {
    "snake": re.compile(r"_*[a-z][a-z0-9]*(?:_[a-z0-9]+)*_*"),
    "camel": re.compile(r"_*[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+_*"),
    "Pascal": re.compile(r"_*[A-Z](?:[a-z0-9]|[A-Z](?=[A-Za-z0-9]*[a-z]))*[a-z][A-Za-z0-9]*_*"),
    "SCREAMING": re.compile(r"_*[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*_*"),
    "kebab": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"),
}
"""How words are joined: max_size, maxSize, MaxSize, MAX_SIZE, max-size. A lower-case word alone is snake."""

OWN_STYLE = {
    **dict.fromkeys(("javascript", "typescript", "go", "java"), "camel"),
    **dict.fromkeys(("css", "html"), "kebab"),
}
"""How names of several words are written in a language, snake unless it stands here."""

WORD = re.compile(r"(?<![\w\\])\w+")
SCRIPT_WORD = re.compile(r"(?<![\w$\\])[\w$]+")
MARKUP_WORD = re.compile(r"(?<![\w\\-])[\w-]+")
WORDS = {
    **dict.fromkeys(("javascript", "typescript", "java"), SCRIPT_WORD),
    **dict.fromkeys(("css", "html"), MARKUP_WORD),
}
"""What a whole word is where names have more than letters, digits and underscores."""


def find_words(text: str, language: str) -> list[str]:
    """Every whole word of `text` in order, but not the n of an escape such as ``\\n``."""
    return WORDS.get(language, WORD).findall(text)


def find_names(text: str, language: str) -> set[str]:
    """Every word of `text` that could be a name, in code, comments and strings alike."""
    return {word for word in find_words(text, language) if not word[0].isdigit() and word[0] != "-"}


def rename_names(text: str, renames: Mapping[str, str], language: str) -> str:
    """Replace whole words at once, so that swapping two names works too."""
    return WORDS.get(language, WORD).sub(lambda match: renames.get(match[0], match[0]), text)


def find_markup_names(text: str, language: str) -> dict[str, str]:
    """The classes and ids in CSS or HTML, with their roles."""
    if language == "css":
        found = re.findall(r"([.#])([A-Za-z][\w-]*)(?=[\w\s.#:>+~,\[()-]*\{)", text)
        return {name: "class" if mark == "." else "name" for mark, name in found}
    found = re.findall(r"\b(class|id)=\"([^\"{}<>$]*)\"", text)
    roles = {
        name: "class" if attribute == "class" else "name"
        for attribute, names in found
        for name in names.split()
    }
    return {name: role for name, role in roles.items() if re.fullmatch(r"[A-Za-z][\w-]*", name)}


def is_renamable(name: str, language: str = "python") -> bool:
    """Whether people give names such as this one."""
    kebab = language in {"css", "html"} and STYLES["kebab"].fullmatch(name) is not None
    return (
        (name.isidentifier() or kebab)
        and name not in KEYWORDS
        and name not in BUILTINS
        and name.strip("_") != ""
        and name not in {"cls", "main"}
        and not name.startswith("__")
        and len(name) <= 40
    )


def name_style(name: str) -> str | None:
    """A key of `STYLES`, or None for a mixture."""
    return next((style for style, pattern in STYLES.items() if pattern.fullmatch(name)), None)


def split_words(name: str) -> list[str]:
    """The words of a name in lower case."""
    humps = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+|[^\W_]+", name)
    return [hump.lower() for hump in humps]


def join_words(words: list[str], style: str) -> str:
    """The words as one name of this style."""
    match style:
        case "camel":
            return words[0] + "".join(word.capitalize() for word in words[1:])
        case "Pascal":
            return "".join(word.capitalize() for word in words)
        case "SCREAMING":
            return "_".join(words).upper()
        case "kebab":
            return "-".join(words)
        case _:
            return "_".join(words)


def convert_name(name: str, style: str) -> str:
    """The same words in another style; underscores at the ends stay."""
    bare = name.strip("_")
    head, tail = name[: len(name) - len(name.lstrip("_"))], name[len(name.rstrip("_")) :]
    return head + join_words(split_words(bare), style) + tail


def invent_name(old: str, draw_other: Callable[[str], str], language: str, rng: random.Random) -> str:
    """A new name for `old` in its own style: somebody else's name, or a variation of the old one.

    `draw_other` gives any name of a style.
    """
    style = name_style(old) or OWN_STYLE.get(language, "snake")
    words = split_words(old) or ["x"]
    if len(words) == 1 and style == "snake":
        style = OWN_STYLE.get(language, "snake")
    if rng.random() < 0.5:
        return draw_other(style)
    other = split_words(draw_other(style)) or ["other"]
    swapped = list(words)
    swapped[rng.randrange(len(words))] = rng.choice(other)
    short = [rng.choice("abcdefghijkmnpqrstuvwxyz")] if style in {"snake", "camel"} else other[:1]
    new = rng.choice(
        [
            swapped,
            swapped,
            swapped,
            [*words, *other],
            [*other, *words],
            [*words, rng.choice(SUFFIXES)],
            [*words, rng.choice(SUFFIXES)],
            [rng.choice(PREFIXES), *words],
            [rng.choice(PREFIXES), *words],
            words[:-1] or other,
            words[1:] or other,
            [rng.choice(SHORT_NAMES)],
            short,
        ]
    )
    ends = rng.choices(["{}", "_{}", "{}_", "{}2", "{}s"], [40, 3, 1, 3, 1])[0]
    return ends.format(join_words(new, style)) if style != "kebab" else join_words(new, style)
