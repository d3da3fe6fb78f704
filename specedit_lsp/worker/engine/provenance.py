"""Where every character of a rewrite comes from."""

from __future__ import annotations

from collections import deque
from itertools import groupby

from specedit_lsp.decoding.speculative_decoder import Step
from specedit_lsp.transport.messages import TARGET, Origin


def split_by_source(step: Step) -> tuple[tuple[tuple[int, ...], str], ...]:
    """Return a step's tokens in two runs: those of the draft that won, and what the target model added."""
    accepted = step.accepted if step.winner else 0
    drafted, own = step.tokens[:accepted], step.tokens[accepted:]
    return ((drafted, step.winner.source if step.winner else TARGET), (own, TARGET))


class Provenance:
    """Follows text from the decoder, where it has a source, through the filter of the answer.

    The filter takes wrapping off and puts indentation in. What it puts in counts as what it stands before.
    """

    def __init__(self) -> None:
        self._written: deque[tuple[str, str, int]] = deque()
        """Characters that have not left the filter, each with its source and forward."""
        self._last = ("", 0)

    def write(self, text: str, source: str, forward: int) -> None:
        """The decoder verified ``text``, which goes into the filter."""
        self._written.extend((character, source, forward) for character in text)

    def label(self, text: str) -> tuple[Origin, ...]:
        """Return where ``text``, which came out of the filter, is from."""
        runs = groupby(self._find(character) for character in text)
        return tuple(
            Origin(length=sum(1 for _ in run), source=source, forward=forward)
            for (source, forward), run in runs
        )

    def _find(self, character: str) -> tuple[str, int]:
        written = self._written
        while written and written[0][0] != character and not character.isspace():
            written.popleft()
        if written:
            self._last = written[0][1:]
            if written[0][0] == character:
                written.popleft()
        return self._last
