"""A rewrite from its claim to its record, for whichever kind of client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from specedit_lsp.lsp.apply_edit_sink import disturbance
from specedit_lsp.lsp.documents import ExactDocument
from specedit_lsp.lsp.edit_sinks import CollectingSink
from specedit_lsp.lsp.errors import (
    RefusalReason,
    RequestCancelled,
    RequestRefused,
    ServerCancelled,
    overlap_refusal,
    refusal_of,
)
from specedit_lsp.lsp.region import Region
from specedit_lsp.rewriting.flush_policy import FlushPolicy
from specedit_lsp.rewriting.job import Outcome, run_job
from specedit_lsp.rewriting.records import JobRecord, OutcomeKind, total_stats
from specedit_lsp.rewriting.registry import RegionBusy
from specedit_lsp.rewriting.tracked_region import TrackedRegion
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.resuming import ResumingRewriter

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

Ending = Outcome | RequestRefused
"""How the rewrite of one region ended."""


@dataclass(frozen=True, slots=True)
class Part:
    """One region of a rewrite, where it is by now, and where its hunks go."""

    region: Region
    place: TrackedRegion
    sink: CollectingSink


@dataclass(slots=True)
class Rewrite:
    """A rewrite under way in one document."""

    job_id: str
    instruction: str
    document: ExactDocument
    places: tuple[TrackedRegion, ...]
    """Where its regions are, in the order of these."""
    endings: list[Ending] = field(default_factory=list)
    """How its regions ended so far."""

    def sum_up(self) -> OutcomeKind:
        """How all its regions together ended.

        Raises:
            RequestRefused: each of them failed; this is the first one's.
        """
        kinds = [ending.kind for ending in self.endings if isinstance(ending, Outcome)]
        if not kinds:
            refusal = self.endings[0]
            assert isinstance(refusal, RequestRefused)
            raise refusal
        return OutcomeKind.DONE if OutcomeKind.DONE in kinds else OutcomeKind.UNCHANGED


@contextmanager
def claimed(
    server: SpecEditServer, regions: Sequence[Region], instruction: str, stop: Callable[[], None]
) -> Iterator[Rewrite]:
    """Own regions of a document during the block, follow them through its changes, and record how it ended.

    ``stop`` is for a user who wants the rewrite stopped by another way than its progress.

    Raises:
        RequestRefused: one of them belongs to another rewrite.
    """
    document = regions[0].document
    places = [TrackedRegion(region.span, region.source) for region in regions]
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(document.on_change(place.hear))
        try:
            job = stack.enter_context(server.jobs.claim(str(document.uri), instruction, places, stop))
        except RegionBusy as busy:
            raise overlap_refusal(busy, document.source_lines) from None
        rewrite = Rewrite(job.job_id, instruction, document, job.regions)
        try:
            yield rewrite
            server.remember(_record(rewrite))
        except BaseException as error:
            outcome, message = _kind_of(error)
            server.remember(JobRecord(rewrite.job_id, job.uri, instruction, outcome, message))
            raise


async def rewrite_parts(
    server: SpecEditServer, rewrite: Rewrite, parts: Sequence[Part], policy: FlushPolicy
) -> None:
    """Rewrite regions through the worker, one after the other, whether or not another one fails.

    Raises:
        RequestRefused: the document was closed, or every region failed.
    """
    document = rewrite.document
    with anyio.CancelScope() as scope, document.on_close(scope.cancel):
        if document.is_closed:
            scope.cancel()
        try:
            for part in parts:
                rewrite.endings.append(await _rewrite_part(server, rewrite, part, policy))
        except BaseException:
            for part in parts:
                await part.sink.cancel()
            raise
        rewrite.sum_up()
        return
    remark = (
        " If you saved it, it holds what had arrived." if any(p.sink.has_delivered for p in parts) else ""
    )
    raise ServerCancelled(
        RefusalReason.DOCUMENT_CLOSED, f"The document was closed, which ended its rewrite.{remark}"
    )


async def _rewrite_part(server: SpecEditServer, rewrite: Rewrite, part: Part, policy: FlushPolicy) -> Ending:
    try:
        outcome = await _run_undisturbed(server, rewrite, part, policy)
        if outcome.kind is OutcomeKind.UNCHANGED and outcome.text != part.region.text:
            await part.sink.take_back()  # the instruction in it stays where nothing came of it
        return outcome
    except (RewriteFailed, RequestRefused) as error:
        refusal = refusal_of(error) if isinstance(error, RewriteFailed) else error
    try:
        await part.sink.take_back()
    except RequestRefused as second:
        return second
    return refusal


async def _run_undisturbed(
    server: SpecEditServer, rewrite: Rewrite, part: Part, policy: FlushPolicy
) -> Outcome:
    """Run the job of one region, and stop it as soon as the user types there."""
    with anyio.CancelScope() as scope:

        def stop_if_disturbed(change: TextChange, source: str) -> None:
            if part.sink.is_disturbed:
                scope.cancel()

        with rewrite.document.on_change(stop_if_disturbed):
            if not part.sink.is_disturbed:
                project = server.find_project(part.region.uri)
                job = part.region.job(rewrite.job_id, rewrite.instruction, project, server.drafting)
                worker = ResumingRewriter(server.connect_worker)
                outcome = await run_job(job, worker, part.sink, policy)
                if not part.sink.is_disturbed:
                    return outcome
    raise disturbance()


def _record(rewrite: Rewrite) -> JobRecord:
    outcomes = [ending for ending in rewrite.endings if isinstance(ending, Outcome)]
    only = outcomes[0] if len(rewrite.endings) == 1 else None
    return JobRecord(
        job_id=rewrite.job_id,
        uri=str(rewrite.document.uri),
        instruction=rewrite.instruction,
        outcome=rewrite.sum_up(),
        message="\n".join(ending.message for ending in rewrite.endings if isinstance(ending, RequestRefused)),
        stats=total_stats([outcome.stats for outcome in outcomes]),
        text=normalise_line_ends(only.text) if only else "",
        origins=only.origins if only else (),
    )


def _kind_of(error: BaseException) -> tuple[OutcomeKind, str]:
    match error:
        case asyncio.CancelledError():
            return OutcomeKind.CANCELLED, ""
        case RequestCancelled() | ServerCancelled():
            return OutcomeKind.CANCELLED, error.message
        case RequestRefused(reason=RefusalReason.USER_EDIT_IN_RANGE):
            return OutcomeKind.CONFLICT, error.message
        case RequestRefused():
            return OutcomeKind.FAILED, error.message
        case _:
            return OutcomeKind.FAILED, f"{type(error).__name__}: {error}"
