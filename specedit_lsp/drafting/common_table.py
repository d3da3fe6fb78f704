"""What usually follows what in code: tables mined from permissively licensed projects, one a language."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from specedit_lsp.drafting.language_names import name_language
from specedit_lsp.drafting.lexemes import is_word

LONGEST = 4
"""Lexemes that a table looks back."""
_NAMES = "a", "A", "0"
"""What stands in a context for any rare name, any rare capitalised name, any rare number."""
_SCALE = 94
"""Steps of a probability, each a printable character."""


@dataclass(frozen=True, slots=True)
class CommonTable:
    """The continuations of one language."""

    words: frozenset[str]
    """Words that are told apart; all others are rare ones."""
    following: Mapping[str, str]
    """By context, joined: its most frequent next lexemes, each behind its probability as one character."""

    def find(self, context: str) -> list[tuple[str, float]]:
        """Return the lexemes that usually follow masked ones, joined, with their probabilities; none if
        unknown."""
        entry = self.following.get(context)
        return [(item[1:], unpack_share(item[0])) for item in entry.split("\t")] if entry else []


@cache
def load_table(language: str) -> CommonTable | None:
    """Return the table of a language, read once a process; None for a language that has none."""
    name = name_language(language)
    if not name.isidentifier():
        return None
    path = files("specedit_lsp.drafting") / "common" / f"{name}.json.gz"
    if not path.is_file():
        return None
    raw = json.loads(gzip.decompress(path.read_bytes()))
    return CommonTable(frozenset(raw["words"]), raw["following"])


def mask(lexeme: str, words: frozenset[str] | set[str]) -> str:
    """Return what stands for a lexeme in a context: itself, or the kind of name or number that it is."""
    if lexeme in words:
        return lexeme
    bare = lexeme.removeprefix(" ")
    kind = 2 if bare[:1].isdigit() else bare[:1].isupper() if is_word(lexeme) else None
    return lexeme if kind is None else f"{lexeme[: len(lexeme) - len(bare)]}\x00{_NAMES[kind]}"


def pack_share(share: float) -> str:
    """Return a probability as one character."""
    return chr(33 + min(_SCALE - 1, int(share * _SCALE)))


def unpack_share(character: str) -> float:
    """Return the probability that a character stands for."""
    return (ord(character) - 32.5) / _SCALE
