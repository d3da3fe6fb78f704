"""Tells the editor where the worker stands, and what the user should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from specedit_lsp.lsp.messages import STATUS, StatusParams
from specedit_lsp.transport.messages import WorkerStatus

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer


def send_status(server: SpecEditServer, status: WorkerStatus) -> None:
    """Send `specedit/status`, if the client said that it understands it."""
    server.worker_status = status
    experimental = server.client_capabilities.experimental
    if isinstance(experimental, dict) and "specedit" in experimental:
        server.protocol.notify(STATUS, StatusParams.of(status, server.history.tokens_per_second()).to_wire())


def show_info(server: SpecEditServer, message: str) -> None:
    """Show a message that only informs."""
    server.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=message))


def show_warning(server: SpecEditServer, message: str) -> None:
    """Show a message that stops nobody."""
    server.window_show_message(types.ShowMessageParams(type=types.MessageType.Warning, message=message))


def show_error(server: SpecEditServer, message: str) -> None:
    """Show a message that the user cannot miss."""
    server.window_show_message(types.ShowMessageParams(type=types.MessageType.Error, message=message))
