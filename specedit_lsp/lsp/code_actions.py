"""Rewrites as ordinary code actions, for clients without a plugin of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from specedit_lsp.lsp.messages import REWRITE_COMMAND, REWRITE_KIND

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


def offer_presets(server: SpecEditServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """One action for each preset instruction, if something is selected and such actions are asked for."""
    document = server.exact_workspace.find(params.text_document.uri)
    if document is None or params.range.start == params.range.end or not _wants(params.context.only):
        return []
    where = {
        "textDocument": {"uri": params.text_document.uri, "version": document.version},
        "range": {
            "start": {"line": params.range.start.line, "character": params.range.start.character},
            "end": {"line": params.range.end.line, "character": params.range.end.character},
        },
    }
    return [
        types.CodeAction(
            title=title,
            kind=REWRITE_KIND,
            command=types.Command(
                title=title, command=REWRITE_COMMAND, arguments=[{**where, "instruction": instruction}]
            ),
        )
        for title, instruction in server.settings.presets.items()
    ]


def _wants(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a client that filters by ``only`` wants our kind: a kind includes all below it."""
    if only is None:
        return True
    kinds = [kind.value if isinstance(kind, types.CodeActionKind) else kind for kind in only]
    return any(f"{REWRITE_KIND}.".startswith(f"{kind}." if kind else "") for kind in kinds)
