"""Rewrites as ordinary code actions, for clients without a plugin of ours.

They come complete: there is nothing to compute for one that the user picks, so nothing to resolve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specedit_lsp.lsp.documents import ExactDocument
from specedit_lsp.lsp.errors import shorten
from specedit_lsp.lsp.messages import COMMENT_COMMAND, REWRITE_COMMAND, REWRITE_KIND, WireRange
from specedit_lsp.rewriting.instruction_comments import find_commented
from specedit_lsp.text.positions import Position as Place
from specedit_lsp.text.positions import Range, measure

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


def offer_rewrites(server: SpecEditServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what can be done at a place, if such actions are asked for.

    An instruction comment at the cursor, in the selection or above it; and for a selection each preset
    instruction and the last one that was used.
    """
    document = server.exact_workspace.find(params.text_document.uri)
    if document is None or not _wants(params.context.only):
        return []
    actions = [*_offer_comment(document, params.range)]
    if params.range.start != params.range.end:
        actions += _offer_instructions(server, document, params.range)
    return actions


def _offer_comment(document: ExactDocument, place: types.Range) -> Iterator[types.CodeAction]:
    lines = document.source_lines
    first, last = place.start.line, place.end.line
    selected = place.start != place.end
    if selected and last > first and place.end.character == 0:
        last -= 1  # the line behind the selection
    if not 0 <= first <= last < lines.count:
        return
    found = find_commented(lines, first, last, selected=selected, language=document.language_id or "")
    if found is None:
        return
    whole = Range(
        Place(found.first, 0),
        Place(
            found.last,
            measure(lines.text[lines.start(found.last) : lines.end(found.last)], document.encoding),
        ),
    )
    what = "selection" if found.is_selection else f"lines {found.first + 1} to {found.last + 1}"
    yield _action(
        f"{shorten(found.instruction)} ({what})",
        COMMENT_COMMAND,
        {**_identify(document), "range": WireRange.of(whole).to_wire()},
    )


def _offer_instructions(
    server: SpecEditServer, document: ExactDocument, place: types.Range
) -> Iterator[types.CodeAction]:
    where = {
        **_identify(document),
        "range": {
            "start": {"line": place.start.line, "character": place.start.character},
            "end": {"line": place.end.line, "character": place.end.character},
        },
    }
    for title, instruction in server.settings.presets.items():
        yield _action(title, REWRITE_COMMAND, {**where, "instruction": instruction})
    if last := server.history.last():
        yield _action(
            f"Run the last instruction again: {shorten(last.instruction)}",
            REWRITE_COMMAND,
            {**where, "instruction": last.instruction},
        )


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
