"""`specedit/rewriteRange`, and what it shares with the command that plain clients use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import ValidationError

from specedit_lsp.lsp.edit_sinks import ApplyEditSink, CollectingSink, PartialResultSink
from specedit_lsp.lsp.errors import (
    InvalidRequest,
    RefusalReason,
    RequestCancelled,
    RequestRefused,
    ServerCancelled,
    refusal_of,
)
from specedit_lsp.lsp.messages import RewriteParams, RewriteResult
from specedit_lsp.lsp.progress import work_progress
from specedit_lsp.lsp.region import Region, open_region
from specedit_lsp.lsp.status import show_error
from specedit_lsp.rewriting.job import EditSink, Outcome, run_job
from specedit_lsp.rewriting.registry import RegionBusy
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import Reason, digest

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


def read_params(params: Any) -> RewriteParams:
    """Check what a client sent.

    Raises:
        InvalidRequest: it does not fit, or asks for nothing.
    """
    try:
        request = RewriteParams.model_validate(params)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "params"
        raise InvalidRequest(RefusalReason.INVALID_PARAMS, f"{where}: {first['msg']}") from None
    if not request.instruction.strip():
        raise InvalidRequest(Reason.EMPTY_INSTRUCTION, "The instruction is empty: say what should change.")
    return request


async def answer_rewrite_request(server: SpecEditServer, params: Any) -> dict[str, Any]:
    """Handle `specedit/rewriteRange` for clients that apply hunks themselves."""
    request = read_params(params)
    region = open_region(server.exact_workspace, request)
    with anyio.CancelScope() as scope:
        async with work_progress(
            server, request.instruction, request.work_done_token, cancel=scope
        ) as progress:
            token = request.partial_result_token
            sink = (
                CollectingSink(progress)
                if token is None
                else PartialResultSink(server, token, region, progress)
            )
            job_id, outcome = await rewrite_region(server, region, request.instruction, sink)
            return RewriteResult(
                job_id=job_id,
                base_version=region.version,
                outcome=outcome.kind.value,
                edits=() if token is not None else region.wire_edits(outcome.changes),
                sha256=digest(normalise_line_ends(outcome.text)),
                stats=outcome.stats,
            ).to_wire()
    raise RequestCancelled


async def rewrite_by_server(server: SpecEditServer, params: Any) -> None:
    """Rewrite for a client without our plugin: ask it to apply each edit, and show what goes wrong."""
    try:
        request = read_params(params)
        region = open_region(server.exact_workspace, request)
        with anyio.CancelScope() as scope:
            async with work_progress(server, request.instruction, cancel=scope) as progress:
                sink = ApplyEditSink(server, region, request.instruction, progress)
                try:
                    await rewrite_region(server, region, request.instruction, sink)
                except BaseException:
                    await sink.take_back()
                    raise
    except RequestRefused as refusal:
        show_error(server, str(refusal.message))


async def rewrite_region(
    server: SpecEditServer, region: Region, instruction: str, sink: EditSink
) -> tuple[str, Outcome]:
    """Rewrite a region through the worker; return the job's id and how it ended.

    Raises:
        RequestRefused: it cannot be done, or broke off.
    """
    with anyio.CancelScope() as scope, region.document.on_close(scope.cancel):
        try:
            with server.jobs.claim(region.uri, region.range) as job:
                async with await server.connect_worker() as worker:
                    outcome = await run_job(
                        region.job(job.job_id, instruction, server.workspace_key),
                        worker,
                        sink,
                        server.flush_policy,
                    )
                    return job.job_id, outcome
        except (RewriteFailed, RegionBusy) as error:
            raise refusal_of(error) from None
    raise ServerCancelled(RefusalReason.DOCUMENT_CLOSED, "The document was closed, which ended its rewrite.")
