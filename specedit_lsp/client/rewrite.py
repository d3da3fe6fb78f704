"""One rewrite under way, as a script sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from specedit_lsp.rewriting.job import Arrival, Outcome, RewriteJob, Rewriter
from specedit_lsp.transport.messages import Done, Piece


@dataclass(frozen=True, slots=True)
class Hunk:
    """Put ``text`` in the place of ``before[start:end]``; offsets are characters of the whole text."""

    start: int
    end: int
    text: str


class NotFinished(Exception):
    """A rewrite was asked what became of it before it ended."""


class Rewrite:
    """A rewrite: iterate over it, once, for its hunks as they are verified; then read what became of it.

    Hunks are monotone and disjoint. Leaving the loop early stops the model before its next forward.
    """

    def __init__(self, rewriter: Rewriter, job: RewriteJob) -> None:
        self._rewriter = rewriter
        self._job = job
        self._outcome: Outcome | None = None

    async def __aiter__(self) -> AsyncIterator[Hunk]:
        """The hunks as they are verified.

        Raises:
            RewriteFailed: the text did not arrive whole; no hunk of it may be kept.
        """
        arrival = Arrival(self._job)
        start = len(self._job.before)
        async with aclosing(self._rewriter.rewrite(self._job.order())) as events:
            async for event in events:
                if isinstance(event, Piece | Done):
                    for change in arrival.take(event):
                        yield Hunk(start + change.start, start + change.end, change.text)
        self._outcome = arrival.outcome()

    async def finish(self) -> Outcome:
        """Wait for the end without looking at hunks.

        Raises:
            RewriteFailed: as iterating does.
        """
        async for _ in self:
            pass
        return self.outcome

    @property
    def before(self) -> str:
        """The whole text as it was."""
        return self._job.before + self._job.region + self._job.after

    @property
    def outcome(self) -> Outcome:
        """What became of the selection.

        Raises:
            NotFinished: its hunks were not all read.
        """
        if self._outcome is None:
            raise NotFinished("Read all hunks, or call finish(), before asking for the outcome.")
        return self._outcome

    @property
    def text(self) -> str:
        """The whole text as it is now.

        Raises:
            NotFinished: as ``outcome`` does.
        """
        return self._job.before + self.outcome.text + self._job.after
