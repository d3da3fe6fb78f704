"""Codecs that need no model: one where tokens are words, one where they are pieces of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from specedit_lsp.drafting.draft import Codec, EditContext

END = 0
"""The token that ends an answer; it has no text."""
_WORD = re.compile(r"\w+|[^\w\s]|\n|[^\S\n]+")
_PAIRED = re.compile(r" ?\w+| ?[^\w\s]+|\n[ \t]*|[^\S\n]+|\n")
_FIRST, _FURTHER = 4, 3
"""Characters of the first and of further pieces of a word."""


class WordCodec:
    """Words, symbols, blanks and line ends are tokens: a text may be split anywhere between them."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._spelt = [b""]

    def encode(self, text: str) -> Sequence[int]:
        """Return one token for each word."""
        return [self._number(word.encode()) for word in _WORD.findall(text)]

    def spell(self, token: int) -> bytes:
        """Return the word."""
        return self._spelt[token]

    def _number(self, piece: bytes) -> int:
        token = self._words.setdefault(piece.hex(), len(self._spelt))
        if token == len(self._spelt):
            self._spelt.append(piece)
        return token


class PairCodec(WordCodec):
    """As byte pairs do, a token takes the blank before it along and a long word is several tokens.

    The same text splits differently inside and outside a word. Beyond ASCII each byte is a token.
    """

    def encode(self, text: str) -> Sequence[int]:
        """Return the tokens of a text that is encoded in one go."""
        return [self._number(piece) for run in _PAIRED.findall(text) for piece in _split(run)]


def _split(run: str) -> list[bytes]:
    if not run.isascii():
        return [bytes([byte]) for byte in run.encode()]
    starts = [0, *range(_FIRST, len(run), _FURTHER), len(run)]
    return [run[start:stop].encode() for start, stop in pairwise(starts)]


def edit_context(
    text: str,
    instruction: str = "",
    language: str = "python",
    codec: Codec | None = None,
    closing: str = "\n```",
) -> EditContext:
    """What is known of an edit: the prompt holds the instruction and the selection in a fence."""
    codec = codec or WordCodec()
    return EditContext(
        prompt=tuple(codec.encode(f"{instruction}\n```\n{text}{closing}\n")),
        selection=(*codec.encode(text + closing), END),
        codec=codec,
        text=text,
        closing=closing,
        ending=(END,),
        instruction=instruction,
        language=language,
    )


def spell(codec: Codec, tokens: Sequence[int]) -> str:
    """The text of some tokens."""
    return b"".join(map(codec.spell, tokens)).decode("utf-8", "replace")
