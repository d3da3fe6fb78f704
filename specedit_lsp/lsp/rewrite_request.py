"""`specedit/rewriteRange`: a rewrite for a client that applies the hunks itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from pydantic import ValidationError

from specedit_lsp.lsp.edit_sinks import CollectingSink, PartialResults, PartialResultSink
from specedit_lsp.lsp.errors import InvalidRequest, RefusalReason, RequestCancelled
from specedit_lsp.lsp.messages import (
    RegionResult,
    RewriteParams,
    RewriteResult,
    WireEdit,
    WireModel,
    WireRange,
)
from specedit_lsp.lsp.progress import WorkProgress, work_progress
from specedit_lsp.lsp.region import Region, open_document, open_regions
from specedit_lsp.lsp.region_rewrite import Ending, Part, Rewrite, claimed, rewrite_parts
from specedit_lsp.rewriting.job import Outcome
from specedit_lsp.rewriting.records import total_stats
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.transport.messages import Reason, digest

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

Params = TypeVar("Params", bound=WireModel)


def read_model(kind: type[Params], params: Any) -> Params:
    """Check what a client sent.

    Raises:
        InvalidRequest: it does not fit.
    """
    try:
        return kind.model_validate(params)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "params"
        raise InvalidRequest(RefusalReason.INVALID_PARAMS, f"{where}: {first['msg']}") from None


def read_params(params: Any) -> RewriteParams:
    """Check what a client sent.

    Raises:
        InvalidRequest: it does not fit, or asks for nothing.
    """
    request = read_model(RewriteParams, params)
    if not request.instruction.strip():
        raise InvalidRequest(Reason.EMPTY_INSTRUCTION, "The instruction is empty: say what should change.")
    return request


def full_instruction(server: SpecEditServer, request: RewriteParams) -> str:
    """The instruction, behind that of the rewrite it refines.

    Raises:
        InvalidRequest: there is no such rewrite.
    """
    if request.refines is None:
        return request.instruction
    earlier = server.history.find(request.refines)
    if earlier is None:
        raise InvalidRequest(
            RefusalReason.INVALID_PARAMS,
            f"There is no rewrite {request.refines} to refine in this session: ask without `refines`.",
        )
    return f"{earlier.instruction}\n{request.instruction}"


async def answer_rewrite_request(server: SpecEditServer, params: Any) -> dict[str, Any]:
    """Handle `specedit/rewriteRange`.

    Raises:
        RequestRefused: it cannot be done, or broke off.
        RequestCancelled: the user cancelled its progress.
    """
    request = read_params(params)
    document = open_document(server.exact_workspace, request.text_document)
    regions = open_regions(document, request.targets)
    instruction = full_instruction(server, request)
    scope = anyio.CancelScope()
    with claimed(server, regions, instruction, scope.cancel) as rewrite:
        with scope:
            async with work_progress(
                server, request.instruction, request.work_done_token, cancel=scope
            ) as progress:
                parts = _make_parts(server, request, regions, rewrite, progress)
                await rewrite_parts(server, rewrite, parts, server.flush_policy)
                return _answer(request, regions, rewrite).to_wire()
        raise RequestCancelled


def _make_parts(
    server: SpecEditServer,
    request: RewriteParams,
    regions: list[Region],
    rewrite: Rewrite,
    progress: WorkProgress,
) -> list[Part]:
    token = request.partial_result_token
    results = None if token is None else PartialResults(server, token)
    return [
        Part(
            region,
            place,
            CollectingSink(progress) if results is None else PartialResultSink(results, region, progress),
        )
        for region, place in zip(regions, rewrite.places, strict=True)
    ]


def _answer(request: RewriteParams, regions: list[Region], rewrite: Rewrite) -> RewriteResult:
    pairs = [*zip(regions, rewrite.endings, strict=True)]
    outcomes = [ending for ending in rewrite.endings if isinstance(ending, Outcome)]
    edits: list[WireEdit] = []
    if request.partial_result_token is None:
        for region, ending in pairs:
            edits += region.wire_edits(ending.changes) if isinstance(ending, Outcome) else ()
    return RewriteResult(
        job_id=rewrite.job_id,
        base_version=regions[0].version,
        outcome=rewrite.sum_up().value,
        edits=tuple(edits),
        sha256=None if request.regions else _hash(outcomes[0]),
        stats=total_stats([outcome.stats for outcome in outcomes]),
        regions=tuple(_region_result(*pair) for pair in pairs) if request.regions else None,
    )


def _region_result(region: Region, ending: Ending) -> RegionResult:
    place = WireRange.of(region.range)
    if isinstance(ending, Outcome):
        return RegionResult(range=place, outcome=ending.kind.value, sha256=_hash(ending), stats=ending.stats)
    return RegionResult(range=place, outcome="failed", message=ending.message, reason=ending.reason.value)


def _hash(outcome: Outcome) -> str:
    return digest(normalise_line_ends(outcome.text))
