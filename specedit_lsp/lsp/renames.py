"""`specedit/renames`: the names that an instruction wants changed, for a client that can rename by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specedit_lsp.lsp.messages import WireDocument, WireModel, WirePosition, WireRange, WireRegion
from specedit_lsp.lsp.region import open_document, open_region
from specedit_lsp.lsp.rewrite_request import read_model
from specedit_lsp.rewriting.renames import Rename, find_renames
from specedit_lsp.text.positions import position_at

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


class RenamesParams(WireModel):
    """Parameters of `specedit/renames`."""

    text_document: WireDocument
    range: WireRange
    instruction: str


class WireRename(WireModel):
    """A name of the document, and what it is to be called: what `textDocument/rename` asks for."""

    position: WirePosition
    """Where the name stands for the first time in the range."""
    new_name: str


def answer_renames_request(server: SpecEditServer, params: Any) -> dict[str, Any]:
    """Handle `specedit/renames`.

    Raises:
        RequestRefused: there is no such document or range, or nothing in it.
    """
    request = read_model(RenamesParams, params)
    document = open_document(server.exact_workspace, request.text_document)
    region = open_region(document, WireRegion(range=request.range))

    def locate(rename: Rename) -> WireRename:
        place = position_at(document.source_lines, region.span.start + rename.offset, document.encoding)
        return WireRename(position=WirePosition.of(place), new_name=rename.new)

    return {
        "renames": [locate(rename).to_wire() for rename in find_renames(request.instruction, region.text)]
    }
