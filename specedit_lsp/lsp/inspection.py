"""What the server tells of past and coming rewrites: their figures, who wrote what, the exact prompt."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specedit_lsp.lsp.errors import refusal_of
from specedit_lsp.lsp.messages import WireModel, WirePosition, WireRange
from specedit_lsp.lsp.region import open_document, open_regions
from specedit_lsp.lsp.rewrite_request import full_instruction, read_model, read_params
from specedit_lsp.rewriting.records import JobRecord
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, position_at
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import PromptShown, RewriteStats

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

MOST_INSTRUCTIONS = 100


class JobParams(WireModel):
    """Parameters of `specedit/stats` and `specedit/provenance`."""

    job_id: str | None = None
    """The last rewrite, if absent."""


class RewriteReport(WireModel):
    """Result of `specedit/stats`."""

    job_id: str
    uri: str
    instruction: str
    outcome: str
    message: str | None = None
    stats: RewriteStats | None = None
    tokens_per_second: float | None = None
    saved_seconds: float | None = None
    """What one forward for each token would have cost on this machine, less what it took."""

    @classmethod
    def of(cls, record: JobRecord) -> RewriteReport:
        """What the client is told of a record."""
        stats = record.stats
        plain = stats.plain_seconds if stats else None
        return cls(
            job_id=record.job_id,
            uri=record.uri,
            instruction=record.instruction,
            outcome=record.outcome.value,
            message=record.message or None,
            stats=stats,
            tokens_per_second=record.tokens_per_second,
            saved_seconds=plain - stats.seconds if stats and plain is not None else None,
        )


class OriginSpan(WireModel):
    """A run of text and where it comes from."""

    range: WireRange
    """From the region's start, which is line 0, character 0."""
    source: str
    forward: int


class Provenance(WireModel):
    """Result of `specedit/provenance`."""

    job_id: str
    spans: tuple[OriginSpan, ...]

    @classmethod
    def of(cls, record: JobRecord, encoding: Encoding) -> Provenance | None:
        """Who wrote what of a record's text; None where that is not known of all of it."""
        if not record.text or sum(origin.length for origin in record.origins) != len(record.text):
            return None
        lines = Lines(record.text)
        spans: list[OriginSpan] = []
        end = 0
        for (source, forward), run in groupby(record.origins, lambda origin: (origin.source, origin.forward)):
            start, end = end, end + sum(origin.length for origin in run)
            edges = [WirePosition.of(position_at(lines, at, encoding)) for at in (start, end)]
            place = WireRange(start=edges[0], end=edges[1])
            spans.append(OriginSpan(range=place, source=source, forward=forward))
        return cls(job_id=record.job_id, spans=tuple(spans))


def show_stats(server: SpecEditServer, params: Any) -> dict[str, Any] | None:
    """Handle `specedit/stats`.

    Raises:
        InvalidRequest: the parameters do not fit.
    """
    record = _find_record(server, params)
    return RewriteReport.of(record).to_wire() if record else None


def show_provenance(server: SpecEditServer, params: Any) -> dict[str, Any] | None:
    """Handle `specedit/provenance`.

    Raises:
        InvalidRequest: the parameters do not fit.
    """
    record = _find_record(server, params)
    encoding = Encoding(types.PositionEncodingKind(server.workspace.position_encoding).value)
    provenance = Provenance.of(record, encoding) if record else None
    return provenance.to_wire() if provenance else None


def show_history(server: SpecEditServer) -> dict[str, Any]:
    """Handle `specedit/history`: what was asked for in this session."""
    return {"instructions": server.history.instructions()[:MOST_INSTRUCTIONS]}


async def show_prompt(server: SpecEditServer, params: Any) -> dict[str, Any]:
    """Handle `specedit/showPrompt`: what the model would read, to the letter.

    Raises:
        RequestRefused: as the rewrite itself would be.
    """
    request = read_params(params)
    document = open_document(server.exact_workspace, request.text_document)
    region = open_regions(document, request.targets)[0]
    project = server.find_project(region.uri)
    order = region.job("", full_instruction(server, request), project, server.drafting).order()
    try:
        async with await server.connect_worker() as worker:
            shown: PromptShown = await worker.show_prompt(order)
    except RewriteFailed as error:
        raise refusal_of(error) from None
    return shown.model_dump(by_alias=True)


def _find_record(server: SpecEditServer, params: Any) -> JobRecord | None:
    wanted = read_model(JobParams, {} if params is None else params).job_id
    return server.history.last() if wanted is None else server.history.find(wanted)
