"""Commands that rewrite for a client without our plugin: the server asks it to apply each edit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio

from specedit_lsp.lsp.apply_edit_sink import ApplyEditSink, can_apply_edits, can_check_versions
from specedit_lsp.lsp.errors import (
    InvalidRequest,
    RefusalReason,
    RequestCancelled,
    RequestFailed,
    RequestRefused,
    shorten,
)
from specedit_lsp.lsp.messages import CommentParams, StopParams, WireRegion
from specedit_lsp.lsp.progress import work_progress
from specedit_lsp.lsp.region import Region, open_document, open_region, open_regions
from specedit_lsp.lsp.region_rewrite import Part, claimed, rewrite_parts
from specedit_lsp.lsp.rewrite_request import full_instruction, read_model, read_params
from specedit_lsp.lsp.status import show_error, show_info
from specedit_lsp.rewriting.instruction_comments import read_commented
from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.transport.messages import Reason

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


async def rewrite_by_server(server: SpecEditServer, params: Any) -> None:
    """Carry out a request of the shape of `specedit/rewriteRange`, and show what goes wrong."""
    with _failures_shown(server):
        request = read_params(params)
        document = open_document(server.exact_workspace, request.text_document)
        regions = open_regions(document, request.targets)
        await _rewrite(server, regions, full_instruction(server, request))


async def rewrite_by_comment(server: SpecEditServer, params: Any) -> None:
    """Carry out the instruction comment in a range; the comment goes away with the edit."""
    with _failures_shown(server):
        request = read_model(CommentParams, params)
        document = open_document(server.exact_workspace, request.text_document)
        region = open_region(document, WireRegion(range=request.range))
        commented = read_commented(region.text, region.language)
        if commented is None or not commented.instruction.strip():
            raise InvalidRequest(Reason.EMPTY_INSTRUCTION, "No comment there says what should change.")
        if not commented.rest.strip():
            raise InvalidRequest(Reason.EMPTY_SELECTION, "There is nothing below the comment to change.")
        await _rewrite(server, [replace(region, selection=commented.rest)], commented.instruction)


def stop_rewrite(server: SpecEditServer, params: Any) -> None:
    """Do what the cancel button of a rewrite's progress does, for clients without one."""
    with _failures_shown(server):
        server.jobs.stop(read_model(StopParams, params).job_id)


@contextmanager
def _failures_shown(server: SpecEditServer) -> Iterator[None]:
    """Such clients are told nothing by the answer to a command: show the user why one failed."""
    try:
        yield
    except RequestRefused as refusal:
        show_error(server, refusal.message)
    except Exception as error:
        message = f"The language server failed with {type(error).__name__}: {error}. Its log has the details."
        show_error(server, message)
        raise


async def _rewrite(server: SpecEditServer, regions: list[Region], instruction: str) -> None:
    if not can_apply_edits(server):
        raise RequestFailed(
            RefusalReason.EDIT_NOT_APPLIED,
            "This editor says that it applies no edits that a server asks for (workspace/applyEdit), so "
            "nothing can be rewritten: allow it in the editor's settings, or use another client.",
        )
    for one, other in itertools.pairwise(regions):
        if one.span.touches(other.span):
            raise InvalidRequest(
                RefusalReason.INVALID_PARAMS,
                f"Two regions touch in line {other.range.start.line + 1}: join them.",
            )
    policy = server.flush_policy
    if not can_check_versions(server):
        # Such a client would apply an edit wherever the user's typing has moved other text to: ask it once.
        policy = replace(policy, at_end=True)
    reverts = server.settings.stream.on_cancel == "revert"
    try:
        scope = anyio.CancelScope()
        with claimed(server, regions, instruction, scope.cancel) as rewrite:
            with scope:
                async with work_progress(server, shorten(instruction), cancel=scope) as progress:
                    parts = [
                        Part(
                            region,
                            place,
                            ApplyEditSink(
                                server, region, place, shorten(instruction), progress, reverts=reverts
                            ),
                        )
                        for region, place in zip(regions, rewrite.places, strict=True)
                    ]
                    await rewrite_parts(server, rewrite, parts, policy)
            if scope.cancelled_caught:
                raise RequestCancelled
    except RequestCancelled:
        return
    for ending in rewrite.endings:
        if isinstance(ending, RequestRefused):
            show_error(server, ending.message)
    if rewrite.sum_up() is OutcomeKind.UNCHANGED:
        show_info(server, f"Nothing to change: {shorten(instruction)}.")
