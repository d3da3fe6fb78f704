"""A text with its tokens, and where in the text each token stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from specedit_lsp.drafting.draft import Codec, EditContext


class TokenText:
    """A possible answer: its characters, its tokens up to the end of the answer, and the places of both."""

    def __init__(self, text: str, tokens: Sequence[int], codec: Codec) -> None:
        self.text = text
        self.tokens = tuple(tokens)
        self.starts = _locate(self.tokens, codec)
        """For each token, and for the end, the characters complete before it."""

    @classmethod
    def write(cls, text: str, context: EditContext) -> TokenText:
        """Return the answer that is ``text``, as the target model would write it."""
        return cls(text + context.closing, context.write(text), context.codec)

    def find_column(self, offset: int) -> tuple[int, int]:
        """Return the first token that starts at or behind an offset, and how many characters behind."""
        column = bisect_left(self.starts, offset)
        return column, self.starts[column] - offset if column < len(self.starts) else 0


def _locate(tokens: Sequence[int], codec: Codec) -> list[int]:
    """Count the characters before each token; a character belongs to the token with its last byte."""
    pieces = list(map(codec.spell, tokens))
    if b"".join(pieces).isascii():
        return list(accumulate(map(len, pieces), initial=0))
    starts = [0]
    characters = pending = 0
    for piece in pieces:
        if piece.isascii() and not pending:
            characters += len(piece)
        else:
            for byte in piece:
                if pending:
                    pending -= 1
                else:
                    pending = (byte >= 0xC0) + (byte >= 0xE0) + (byte >= 0xF0)
                characters += not pending
        starts.append(characters)
    return starts
