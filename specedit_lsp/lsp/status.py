"""Tells the editor where the worker stands: `specedit/status`, and progress while the model loads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from specedit_lsp.lsp.messages import STATUS, StatusParams
from specedit_lsp.lsp.progress import work_progress
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import WorkerState, WorkerStatus

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

logger = logging.getLogger(__name__)

UNLOADED = (WorkerState.STARTING, WorkerState.LOADING)


async def announce_worker(server: SpecEditServer) -> None:
    """Start the worker, show how its model loads, and follow its status until it goes away."""
    worker = server.worker
    send_status(server, WorkerStatus(state=WorkerState.STARTING, model=server.settings.model.path))
    try:
        async with await worker.connect() as client:
            updates = client.follow_status()
            async with work_progress(server, "specedit", percent=0) as progress:
                async for status in updates:
                    send_status(server, status)
                    if status.state not in UNLOADED:
                        break
                    progress.report(f"loading {status.model}", status.percent)
            if status.state is WorkerState.FAILED:
                show_error(server, status.message)
            async for status in updates:
                send_status(server, status)
    except RewriteFailed as error:
        if worker is not server.worker:
            return  # it was replaced by one with other settings
        logger.warning("the worker is gone: %s", error)
        send_status(server, WorkerStatus(state=WorkerState.FAILED, message=str(error)))


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
