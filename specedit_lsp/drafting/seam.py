"""Short texts as tokens that may follow those that are written."""

from __future__ import annotations

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.transcript import Transcript

_BEFORE = 2
"""Written tokens that are encoded again together with what may follow."""
_WORD = "x"
"""Stands behind a blank end: blanks are split by what follows them."""


class Seam:
    """Encodes texts behind the output, each once for the same tokens before it.

    Where a token would reach across the seam there is nothing to say: had the text been what the model means
    to write, it would have written that token.
    """

    def __init__(self, codec: Codec, transcript: Transcript) -> None:
        self._codec = codec
        self._transcript = transcript
        self._known: dict[tuple[tuple[int, ...], str], tuple[int, ...]] = {}

    def encode(self, text: str) -> tuple[int, ...]:
        """Return the tokens of ``text`` as they follow the output; none if it cannot follow in this way."""
        before = tuple(self._transcript.tokens[-_BEFORE:])
        key = before, text
        if key not in self._known:
            self._known[key] = self._encode(self._transcript.read_tail(len(before)), text)
        return self._known[key]

    def _encode(self, written: str, text: str) -> tuple[int, ...]:
        blank = text[-1:].isspace()
        tokens = self._codec.encode(written + text + _WORD * blank)
        start, end = len(written.encode()), len((written + text).encode())
        place = 0
        found = []
        for token in tokens:
            if place >= start:
                found.append(token)
            place += len(self._codec.spell(token))
            if place > (start if not found else end):
                return tuple(found[:-1])
        return tuple(found)
