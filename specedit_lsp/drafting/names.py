"""Identifiers: the words they consist of, and the styles people write them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

IDENTIFIER = re.compile(r"[^\W\d][\w$]*|\$[\w$]+")
LEXEME = re.compile(r"[^\W\d][\w$]*|\$[\w$]+|\d[\w.]*|[^\w\s]+")
"""A name, a number, or a run of symbols."""
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")


def split_words(name: str) -> list[str]:
    """Return the words of an identifier in lower case: of ``parseHTMLPage`` parse, html and page."""
    return [word.lower() for word in _HUMP.findall(name)]


def _snake(words: Sequence[str]) -> str:
    return "_".join(words)


def _camel(words: Sequence[str]) -> str:
    return words[0] + "".join(map(str.capitalize, words[1:]))


def _pascal(words: Sequence[str]) -> str:
    return "".join(map(str.capitalize, words))


def _screaming(words: Sequence[str]) -> str:
    return "_".join(words).upper()


def _kebab(words: Sequence[str]) -> str:
    return "-".join(words)


STYLES: dict[str, Callable[[Sequence[str]], str]] = {
    "snake": _snake,
    "camel": _camel,
    "pascal": _pascal,
    "screaming": _screaming,
    "kebab": _kebab,
}
"""How words become an identifier, by the name of the style."""


def restyle(name: str, style: str) -> str:
    """Return an identifier in another style; the underscores around it stay."""
    bare = name.strip("_")
    words = split_words(bare)
    if not words:
        return name
    head = name[: len(name) - len(name.lstrip("_"))]
    tail = name[len(name.rstrip("_")) :]
    return head + STYLES[style](words) + tail


def find_style(name: str) -> str | None:
    """Return the style of an identifier of several words; None for one that would do in several styles."""
    bare = name.strip("_")
    if len(split_words(bare)) < 2:
        return None
    return next((style for style in STYLES if restyle(bare, style) == bare), None)


def list_variants(old: str, new: str) -> dict[str, str]:
    """Return what renaming ``old`` to ``new`` may mean for related names: user -> account, User -> Account.

    Capitals and plurals of both, without the pair itself, where they differ from it.
    """
    pairs = {
        restyle(old, "pascal"): restyle(new, "pascal"),
        old.upper(): restyle(new, "screaming"),
        restyle(old, "screaming"): restyle(new, "screaming"),
        old.lower(): new.lower(),
        restyle(old, "snake"): restyle(new, "snake"),
        restyle(old, "camel"): restyle(new, "camel"),
    }
    for singular, other in [(old, new), *pairs.items()]:
        if singular and not singular.endswith("s") and not singular.isupper():
            pairs.setdefault(_pluralise(singular), _pluralise(other))
    return {before: after for before, after in pairs.items() if before and before not in {old, after}}


def _pluralise(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")
