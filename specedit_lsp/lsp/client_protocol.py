"""The client side of the connection, with pygls' handling of custom messages undone."""

from __future__ import annotations

from typing import Any

import cattrs
from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCResponseMessage


class PlainJsonProtocol(LanguageServerProtocol):
    """Leaves custom messages as plain JSON, where pygls would make named tuples of them."""

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """lsprotocol takes a code action that holds a command for a command: these stay plain JSON too."""
        return None if method == types.TEXT_DOCUMENT_CODE_ACTION else super().get_result_type(method)


def create_client_converter() -> cattrs.Converter:
    """pygls' converter, which also leaves untyped results and notifications as plain JSON."""
    converter: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    for kind in (JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(kind, lambda message, kind: kind(**message))
    return converter


def our_capabilities() -> types.ClientCapabilities:
    """What an editor with a plugin of ours can do."""
    return types.ClientCapabilities(
        window=types.WindowClientCapabilities(work_done_progress=True),
        experimental={"specedit": {"status": True}},
    )
