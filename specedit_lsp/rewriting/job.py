"""One rewrite, from the order to the last hunk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from specedit_lsp.rewriting.flush_policy import FlushPolicy, flushing
from specedit_lsp.rewriting.project import Project
from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.lines import dominant_line_end, normalise_line_ends
from specedit_lsp.text.streaming_diff import StreamingDiff
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.messages import Alive, Done, Origin, Piece, RewriteOrder, RewriteStats


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
    before: str = ""
    after: str = ""
    language: str = "plaintext"
    project: Project = field(default_factory=Project)

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
    diff = StreamingDiff(job.region, job.line_end, before=job.before, after=job.after)
    changes: list[TextChange] = []
    origins: list[Origin] = []
    stats: RewriteStats | None = None
    async with flushing(sink.deliver, policy) as flush, aclosing(worker.rewrite(job.order())) as events:
        async for event in events:
            match event:
                case Piece(text=text, origins=new_origins):
                    new = diff.feed(text)
                    origins += new_origins
                case Alive(ahead=ahead):
                    await sink.waiting(ahead)
                    continue
                case Done(stats=stats):
                    new = diff.finish()
            changes += new
            flush(new)
    assert stats is not None
    text = apply_changes(job.region, changes)
    selection = job.region if job.selection is None else job.selection
    kind = OutcomeKind.UNCHANGED if text == selection else OutcomeKind.DONE
    return Outcome(kind, text, tuple(changes), stats, tuple(origins))
