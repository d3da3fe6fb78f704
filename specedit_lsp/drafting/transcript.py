"""What has been verified so far, as tokens and as text."""

from __future__ import annotations

import codecs
from bisect import bisect_left
from collections.abc import Sequence

from specedit_lsp.drafting.draft import Codec

_ANCHOR = 6
"""Tokens that are encoded again together with what may follow them."""
_CHARACTERS_PER_TOKEN = 5


class Transcript:
    """The output of one edit up to here. All sources read the same one."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.tokens: list[int] = []
        self.text = ""
        """Whole characters only."""
        self._starts = [0]
        """Characters complete before each token, and at the end."""

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        pieces = []
        length = len(self.text)
        for token in verified:
            piece = self._decoder.decode(self._codec.spell(token))
            pieces.append(piece)
            length += len(piece)
            self._starts.append(length)
        self.tokens += verified
        self.text += "".join(pieces)

    def read_tail(self, tokens: int) -> str:
        """Return the text of the last ``tokens`` tokens."""
        return self.text[self._starts[max(0, len(self._starts) - 1 - tokens)] :]

    def list_tokens_from(self, offset: int) -> list[int]:
        """Return the tokens that begin at or behind a character of the text."""
        return self.tokens[bisect_left(self._starts, offset) :]

    def read_line(self) -> str:
        """Return the line that has begun, up to here."""
        return self.text[self.text.rfind("\n") + 1 :]

    def continue_with(self, text: str, width: int, ending: Sequence[int] = ()) -> tuple[int, ...]:
        """Return at most ``width`` tokens of what may follow, split as if it had been written in one go.

        ``ending`` follows if all of the text fits.
        """
        piece = text[: width * _CHARACTERS_PER_TOKEN + 40]
        anchor = self.tokens[-_ANCHOR:]
        encode = self._codec.encode
        tokens = encode(self.read_tail(len(anchor)) + piece)
        rest = tokens[len(anchor) :] if list(tokens[: len(anchor)]) == anchor else encode(piece)
        if len(piece) < len(text):
            return tuple(rest[: min(width, max(1, len(rest) - 3))])  # the cut may have split the last ones
        return (*rest, *ending)[:width]
