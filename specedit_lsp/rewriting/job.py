"""One rewrite, from the order to the last hunk."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from specedit_lsp.rewriting.flush_policy import FlushPolicy, flushing
from specedit_lsp.rewriting.project import Project
from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.lines import dominant_line_end, normalise_line_ends
from specedit_lsp.text.streaming_diff import StreamingDiff
from specedit_lsp.transport.messages import (
    Alive,
    Done,
    DraftOptions,
    Origin,
    Piece,
    RewriteOrder,
    RewriteStats,
)
from specedit_lsp.transport.resuming import Interruption


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rewrite that ran to its end."""

    kind: OutcomeKind
    text: str
    """What the region reads now."""
    changes: tuple[TextChange, ...]
    """The whole difference, in offsets into the region's original text."""
    stats: RewriteStats
    origins: tuple[Origin, ...] = ()
    """Who wrote which characters of the text, line ends as ``\\n``."""


@dataclass(frozen=True, slots=True)
class RewriteJob:
    """A region of a document at one version, and what should become of it."""

    job_id: str
    region: str
    """The selected text as it stands in the document, its own line ends included."""
    instruction: str
    selection: str | None = None
    """What the model reads, where that is not the whole region: the region without an instruction in it."""
    likely: str = ""
    """What the region may read afterwards, if the client can tell."""
    before: str = ""
    after: str = ""
    language: str = "plaintext"
    project: Project = field(default_factory=Project)
    drafting: DraftOptions | None = None
    """How it is drafted; None leaves that to the worker."""

    @property
    def line_end(self) -> str:
        """What new lines end with: what most lines of the region do, or else of the text around it."""
        return dominant_line_end(self.region, dominant_line_end(self.before + self.after))

    def order(self) -> RewriteOrder:
        """What the worker needs to know."""
        return RewriteOrder(
            instruction=self.instruction,
            selection=normalise_line_ends(self.region if self.selection is None else self.selection),
            before=normalise_line_ends(self.before),
            after=normalise_line_ends(self.after),
            language=self.language,
            workspace=self.project.key,
            rules=self.project.rules,
            context_tokens=self.project.context.max_tokens,
            rules_tokens=self.project.context.rules_tokens,
            drafting=self.drafting,
            likely=normalise_line_ends(self.likely),
        )


class EditSink(Protocol):
    """Takes verified changes to where the user sees them."""

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Show changes that follow all those delivered before; offsets are into the original region."""
        ...

    async def waiting(self, ahead: int) -> None:
        """Nothing new yet; ``ahead`` other rewrites come first."""
        ...

    async def interrupted(self, message: str) -> None:
        """The worker was lost or has no time, as ``message`` says, and is tried again; what came stays."""
        ...


class Rewriter(Protocol):
    """Carries orders out."""

    def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Interruption | Done, None]:
        """Yield what comes of ``order``, up to and including :class:`Done`.

        Closing the generator stops it. Raises RewriteFailed if the text does not arrive whole.
        """
        ...


async def run_job(job: RewriteJob, worker: Rewriter, sink: EditSink, policy: FlushPolicy) -> Outcome:
    """Ask ``worker`` for the rewrite and hand its hunks to ``sink`` as they are verified.

    Cancelling this stops the worker before its next forward.

    Raises:
        RewriteFailed: the text did not arrive whole; what was delivered must be taken back.
    """
    arrival = Arrival(job)
    async with flushing(sink.deliver, policy) as flush, aclosing(worker.rewrite(job.order())) as events:
        async for event in events:
            match event:
                case Alive(ahead=ahead):
                    await sink.waiting(ahead)
                case Interruption(message=message):
                    await sink.interrupted(message)
                case Piece() | Done():
                    flush(arrival.take(event))
    return arrival.outcome()


class Arrival:
    """What has arrived of one rewrite so far, as changes of its region."""

    def __init__(self, job: RewriteJob) -> None:
        self._job = job
        self._diff = StreamingDiff(job.region, job.line_end, before=job.before, after=job.after)
        self._changes: list[TextChange] = []
        self._origins: list[Origin] = []
        self._stats: RewriteStats | None = None

    def take(self, event: Piece | Done) -> list[TextChange]:
        """Take in what came; return the changes that follow all those returned before."""
        match event:
            case Piece(text=text, origins=origins):
                new = self._diff.feed(text)
                self._origins += origins
            case Done(stats=stats):
                new = self._diff.finish()
                self._stats = stats
        self._changes += new
        return new

    def outcome(self) -> Outcome:
        """What became of the region, once ``Done`` was taken in."""
        assert self._stats is not None
        text = apply_changes(self._job.region, self._changes)
        selection = self._job.region if self._job.selection is None else self._job.selection
        kind = OutcomeKind.UNCHANGED if text == selection else OutcomeKind.DONE
        return Outcome(kind, text, tuple(self._changes), self._stats, tuple(self._origins))
