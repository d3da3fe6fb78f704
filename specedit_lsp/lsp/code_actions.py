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
)
from specedit_lsp.rewriting.blocks import Block, find_enclosing_block
from specedit_lsp.rewriting.instruction_comments import find_commented
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Position, PositionOutOfBounds, measure, offset_at

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

_POINT = re.compile(r"\w*|.|\r\n", re.DOTALL)
"""What no user would select to have it rewritten: Helix always selects a character, and eglot sends the word
at the cursor if nothing is selected."""


def offer_rewrites(server: SpecEditServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what can be done at a place, if such actions are asked for.

    Where a rewrite is under way, that is to stop it. Otherwise it is an instruction comment at the cursor, in
    the selection or above it; each preset instruction; and the last one that was used.
    """
    document = server.exact_workspace.find(params.text_document.uri)
    if document is None or not _wants(params.context.only):
        return []
    lines = document.source_lines
    try:
        start, end = _offsets(document, params.range)
    except PositionOutOfBounds:
        return []
    block = _block_of(lines, start, end)
    if stops := [*_offer_stops(server, document, block)]:
        return stops
    is_selected = not _POINT.fullmatch(lines.text[start:end])
    comment = _offer_comment(document, block, is_selected)
    if is_selected:
        return [*comment, *_offer_instructions(server, document, params.range)]
    # Where nobody asked, a lamp that is always on would tell nothing.
    if comment or params.context.trigger_kind == types.CodeActionTriggerKind.Automatic:
        return comment
    block = find_enclosing_block(lines, block.first)
    if not lines.text[lines.start(block.first) : lines.end(block.last)].strip():
        return []
    return [*_offer_instructions(server, document, _whole(document, block), f" ({_name(block)})")]


def _offer_stops(server: SpecEditServer, document: ExactDocument, block: Block) -> Iterator[types.CodeAction]:
    lines = document.source_lines
    start, end = lines.start(block.first), lines.end(block.last)
    for job in server.jobs.of_document(str(document.uri)):
        if any(start < region.span.end and region.span.start <= end for region in job.regions):
            title = f"Stop the rewrite: {shorten(job.instruction)}"
            yield _action(title, STOP_COMMAND, StopParams(job_id=job.job_id).to_wire())


def _offer_comment(document: ExactDocument, block: Block, is_selected: bool) -> list[types.CodeAction]:
    found = find_commented(
        document.source_lines,
        block.first,
        block.last,
        selected=is_selected,
        language=document.language_id or "",
    )
    if found is None:
        return []
    whole = Block(found.first, found.last)
    where = "selection" if found.is_selection else _name(whole)
    argument = {**_identify(document), "range": _wire(_whole(document, whole))}
    return [_action(f"{shorten(found.instruction)} ({where})", COMMENT_COMMAND, argument)]


def _offer_instructions(
    server: SpecEditServer, document: ExactDocument, place: types.Range, where: str = ""
) -> Iterator[types.CodeAction]:
    """Presets and the last instruction for a range; ``where`` tells the user which."""
    argument = {**_identify(document), "range": _wire(place)}
    for title, instruction in server.settings.presets.items():
        yield _action(f"{title}{where}", REWRITE_COMMAND, {**argument, "instruction": instruction})
    if last := server.history.last():
        yield _action(
            f"Run the last instruction again: {shorten(last.instruction)}{where}",
            REWRITE_COMMAND,
            {**argument, "instruction": last.instruction},
        )


def _offsets(document: ExactDocument, place: types.Range) -> tuple[int, int]:
    """Where a range begins and ends.

    Raises:
        PositionOutOfBounds: there is no such place.
    """
    lines = document.source_lines
    start = offset_at(lines, Position(place.start.line, place.start.character), document.encoding)
    if place.end.line == lines.count:  # behind all
        return start, len(lines.text)
    end = offset_at(lines, Position(place.end.line, place.end.character), document.encoding)
    return start, max(start, end)


def _block_of(lines: Lines, start: int, end: int) -> Block:
    """The lines from one offset to another."""
    first, last = lines.number_at(start), lines.number_at(end)
    if last > first and end == lines.start(last):
        last -= 1  # the line behind the selection
    return Block(first, last)


def _whole(document: ExactDocument, block: Block) -> types.Range:
    """All of some lines, without the end of the last."""
    lines = document.source_lines
    content = lines.text[lines.start(block.last) : lines.end(block.last)]
    end = types.Position(block.last, measure(content, document.encoding))
    return types.Range(types.Position(block.first, 0), end)


def _name(block: Block) -> str:
    """Lines as the user counts them."""
    first, last = block.first + 1, block.last + 1
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _wire(place: types.Range) -> dict[str, Any]:
    return {
        "start": {"line": place.start.line, "character": place.start.character},
        "end": {"line": place.end.line, "character": place.end.character},
    }


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
