"""A text that the output may turn out to be, and the place in it that the output has reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specedit_lsp.drafting.alignment import Alignment
from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.token_text import TokenText
from specedit_lsp.drafting.transcript import Transcript

_GUESSES = 5
"""Continuations of one view worth a branch."""
_FORGET = 0.7
_AT_LINE = 1
"""Evidence for a guess at which line copying goes on: verified tokens that would be worth as much."""


class View:
    """Follows the output through one text and proposes the rest of that text."""

    def __init__(
        self,
        source: str,
        text: TokenText,
        context: EditContext,
        transcript: Transcript,
        column: int = 0,
        run: int = 0,
    ) -> None:
        """The output has reached ``column`` of the text, after ``run`` tokens that agreed."""
        self.source = source
        self.text = text
        self.alignment = Alignment(text.tokens, column, run)
        self.credit = 0.0
        """Tokens that the output had in common with this text lately."""
        self._codec = context.codec
        self._transcript = transcript

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        self.alignment.hear(verified)
        run = self.alignment.run
        self.credit = run if run >= self.credit else _FORGET * self.credit + run

    def is_close(self) -> bool:
        """Whether the output has hardly left this text lately."""
        return self.alignment.place.novel == 0

    @property
    def offset(self) -> int:
        """The character of the text that the output has got to."""
        column = min(self.alignment.place.column, len(self.text.tokens))
        return self.text.starts[column]

    def propose(self, width: int, most: int = _GUESSES) -> Sequence[Draft]:
        """Return the rest of the text, from the ``most`` likeliest places, the likeliest first.

        The evidence is the run of agreement that led to a place: 0 for a guess where an edit will end.
        """
        drafts: dict[tuple[int, ...], Draft] = {}
        for rest, run in self._continue(width):
            if rest:
                drafts.setdefault(rest, Draft(self.source, rest, run))
            if len(drafts) == most:
                break
        return tuple(drafts.values())

    def _continue(self, width: int) -> Iterator[tuple[tuple[int, ...], int]]:
        tokens = self.text.tokens
        for rest in self._resume_line(width):
            yield rest, _AT_LINE
        for place, run in self.alignment.list_places():
            if place.novel and (healed := self._heal(place.column, place.novel, width)):
                yield healed, place.novel
            for column in self.alignment.list_resumptions(place):
                yield tokens[column : column + width], run

    def _heal(self, column: int, novel: int, width: int) -> tuple[int, ...]:
        """Return what follows if the output says the same as the text in other tokens; else nothing.

        Texts that are put together split differently at the seams from texts written in one go: token
        healing, for whole views.
        """
        written = self._transcript.read_tail(novel)
        offset = self.text.starts[min(column, len(self.text.tokens))]
        if not written or not self.text.text.startswith(written, offset):
            return ()
        return self._read_from(offset + len(written), width)

    def _resume_line(self, width: int) -> Iterator[tuple[int, ...]]:
        """Yield the rest from lines where copying may go on, if the output has come to the start of a line.

        The lines written since the output surely left the text were inserted, or stand for as many, or for
        one or two.
        """
        line = self._transcript.read_line()
        if not self.alignment.away or line.strip():
            return
        text, offset = self.text.text, self.text.starts[self.alignment.home]
        start = text.rfind("\n", 0, offset) + 1
        whole = not text[start:offset].strip()
        written = self._transcript.read_tail(self.alignment.away).count("\n")
        for lines in dict.fromkeys((0, written, 1, 2) if whole else (written, 1, 2)):
            at = skip_lines(text, start, lines)
            if text.startswith(line, at):
                yield self._read_from(at + len(line), width)

    def _read_from(self, offset: int, width: int) -> tuple[int, ...]:
        """Return the tokens from a character of the text on, which may be in the middle of one."""
        column, missing = self.text.find_column(offset)
        piece = self._codec.encode(self.text.text[offset : offset + missing]) if missing else ()
        return (*piece, *self.text.tokens[column : column + width])[:width]


def skip_lines(text: str, start: int, count: int) -> int:
    """Return where the line begins that is so many behind the one at ``start``; the end if there is none."""
    for _ in range(count):
        end = text.find("\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    return start
