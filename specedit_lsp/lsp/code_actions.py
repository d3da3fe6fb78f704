"""Rewrites as ordinary code actions, for clients without a plugin of ours.

They come complete: there is nothing to compute for one that the user picks, so nothing to resolve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specedit_lsp.lsp.documents import ExactDocument
from specedit_lsp.lsp.errors import shorten
from specedit_lsp.lsp.messages import (
    COMMENT_COMMAND,
    REWRITE_COMMAND,
    REWRITE_KIND,
    STOP_COMMAND,
    StopParams,
    WireRange,
)
from specedit_lsp.rewriting.blocks import Block, find_enclosing_block
from specedit_lsp.rewriting.instruction_comments import find_commented
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Position as Place
from specedit_lsp.text.positions import Range, measure, offset_at
from specedit_lsp.text.spans import Span

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


def offer_rewrites(server: SpecEditServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what can be done at a place, if such actions are asked for.

    Where a rewrite is under way, that is to stop it. Otherwise it is an instruction comment at the cursor, in
    the selection or above it; each preset instruction; and the last one that was used.
    """
    document = server.exact_workspace.find(params.text_document.uri)
    if document is None or not _wants(params.context.only):
        return []
    lines = document.source_lines
    place = params.range
    if not 0 <= place.start.line <= place.end.line < lines.count:
        return []
    if stops := [*_offer_stops(server, document, _lines_of(place))]:
        return stops
    is_selected = not _is_point(lines, place)
    if comment := _offer_comment(document, _lines_of(place), is_selected):
        return [comment, *(_offer_instructions(server, document, place) if is_selected else [])]
    if is_selected:
        return [*_offer_instructions(server, document, place)]
    if params.context.trigger_kind == types.CodeActionTriggerKind.Automatic:
        return []  # nobody asked: a lamp that is always on tells nothing
    block = find_enclosing_block(lines, place.start.line)
    if not lines.text[lines.start(block.first) : lines.end(block.last)].strip():
        return []
    return [*_offer_instructions(server, document, _whole(document, block), f" ({_name(block)})")]


def _offer_stops(server: SpecEditServer, document: ExactDocument, block: Block) -> Iterator[types.CodeAction]:
    lines = document.source_lines
    asked = Span(lines.start(block.first), lines.end(block.last))
    for job in server.jobs.of_document(str(document.uri)):
        if any(asked.start <= each.span.end and each.span.start <= asked.end for each in job.regions):
            title = f"Stop the rewrite: {shorten(job.instruction)}"
            yield _action(title, STOP_COMMAND, StopParams(job_id=job.job_id).to_wire())


def _offer_comment(document: ExactDocument, block: Block, is_selected: bool) -> types.CodeAction | None:
    found = find_commented(
        document.source_lines,
        block.first,
        block.last,
        selected=is_selected,
        language=document.language_id or "",
    )
    if found is None:
        return None
    whole = Block(found.first, found.last)
    what = "selection" if found.is_selection else _name(whole)
    return _action(
        f"{shorten(found.instruction)} ({what})",
        COMMENT_COMMAND,
        {**_identify(document), "range": _wire(_whole(document, whole))},
    )


def _offer_instructions(
    server: SpecEditServer, document: ExactDocument, place: types.Range, where: str = ""
) -> Iterator[types.CodeAction]:
    """Presets and the last instruction for a range; ``where`` tells it to the user."""
    argument = {**_identify(document), "range": _wire(place)}
    for title, instruction in server.settings.presets.items():
        yield _action(title + where, REWRITE_COMMAND, {**argument, "instruction": instruction})
    if last := server.history.last():
        yield _action(
            f"Run the last instruction again: {shorten(last.instruction)}{where}",
            REWRITE_COMMAND,
            {**argument, "instruction": last.instruction},
        )


def _is_point(lines: Lines, place: types.Range) -> bool:
    """Whether a range is no selection of the user's.

    Helix always selects a character, and eglot sends what is at the cursor if nothing is selected.
    """
def _identify(document: ExactDocument) -> dict[str, Any]:
    return {"textDocument": {"uri": str(document.uri), "version": document.version}}


def _action(title: str, command: str, argument: dict[str, Any]) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=REWRITE_KIND,
        command=types.Command(title=title, command=command, arguments=[argument]),
    )


def _wants(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a client that filters by ``only`` wants our kind: a kind includes all below it."""
    if only is None:
        return True
    kinds = [kind.value if isinstance(kind, types.CodeActionKind) else kind for kind in only]
    return any(f"{REWRITE_KIND}.".startswith(f"{kind}." if kind else "") for kind in kinds)
