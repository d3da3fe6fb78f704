"""One rewrite, from the order to the last hunk."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from specedit_lsp.rewriting.flush_policy import FlushPolicy, flushing
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.text.streaming_diff import StreamingDiff
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.messages import Alive, Done, Piece, RewriteOrder, RewriteStats


class OutcomeKind(enum.StrEnum):
    """How a rewrite ended that came to its end; every other ending is an exception."""

    DONE = "done"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rewrite that ran to its end."""

    kind: OutcomeKind
    text: str
    """What the region reads now."""
    changes: tuple[TextChange, ...]
    """The whole difference, in offsets into the region's original text."""
    stats: RewriteStats


@dataclass(frozen=True, slots=True)
class RewriteJob:
    """A region of a document at one version, and what should become of it."""

    job_id: str
    region: str
    """The selected text as it stands in the document, its own line ends included."""
    instruction: str
    before: str = ""
    after: str = ""
    language: str = "plaintext"
    workspace: str = ""

    def order(self) -> RewriteOrder:
        """What the worker needs to know."""
        return RewriteOrder(
            instruction=self.instruction,
            selection=normalise_line_ends(self.region),
            before=normalise_line_ends(self.before),
            after=normalise_line_ends(self.after),
            language=self.language,
            workspace=self.workspace,
        )


class EditSink(Protocol):
    """Takes verified changes to where the user sees them."""

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Show changes that follow all those delivered before; offsets are into the original region."""
        ...

    async def waiting(self, ahead: int) -> None:
        """Nothing new yet; ``ahead`` other rewrites come first."""
        ...


async def run_job(job: RewriteJob, worker: WorkerClient, sink: EditSink, policy: FlushPolicy) -> Outcome:
    """Ask ``worker`` for the rewrite and hand its hunks to ``sink`` as they are verified.

    Cancelling this stops the worker before its next forward.

    Raises:
        RewriteFailed: the text did not arrive whole; what was delivered must be taken back.
    """
    diff = StreamingDiff(job.region)
    changes: list[TextChange] = []
    stats: RewriteStats | None = None
    async with flushing(sink.deliver, policy) as flush, aclosing(worker.rewrite(job.order())) as events:
        async for event in events:
            match event:
                case Piece(text=text):
                    new = diff.feed(text)
                case Alive(ahead=ahead):
                    await sink.waiting(ahead)
                    continue
                case Done(stats=stats):
                    new = diff.finish()
            changes += new
            flush(new)
    assert stats is not None
    text = apply_changes(job.region, changes)
    kind = OutcomeKind.DONE if changes else OutcomeKind.UNCHANGED
    return Outcome(kind, text, tuple(changes), stats)
