"""The worker process from its first line to its last."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from specedit_lsp.settings import LogSettings, Settings
from specedit_lsp.transport.launcher import WorkerOrders
from specedit_lsp.transport.logs import BoundedStreamHandler, set_log_level
from specedit_lsp.worker.app import create_app
from specedit_lsp.worker.engine_protocol import Engine
from specedit_lsp.worker.service import RewriteService
from specedit_lsp.worker.trace_log import TraceLog, find_trace_folder


def run_worker(socket: str) -> None:
    """Serve on ``socket`` until standard input closes. Its first line is a :class:`WorkerOrders`."""
    logging.getLogger().addHandler(BoundedStreamHandler())
    set_log_level(LogSettings().level)
    orders = WorkerOrders.model_validate_json(sys.stdin.buffer.readline())
    settings = orders.settings
    set_log_level(settings.log.level)

    def make_service() -> RewriteService:
        return RewriteService(
            lambda on_progress: load_engine(settings, on_progress),
            model=settings.model.path,
            settings=settings.worker,
            on_lost=end,
            record=TraceLog(find_trace_folder(), settings.trace.keep, settings.model.path).record,
        )

    def end() -> None:
        server.should_exit = True

    app = create_app(make_service, orders.token)
    server = uvicorn.Server(uvicorn.Config(app, uds=socket, log_level="warning", timeout_graceful_shutdown=1))
    threading.Thread(target=_end_with_parent, args=(server,), name="lifeline", daemon=True).start()
    server.run()
    _remove_socket(Path(socket))
    # The engine thread may be deep inside a forward; nothing is left to save.
    os._exit(0)


def load_engine(settings: Settings, on_progress: Callable[[int], None]) -> Engine:
    """Load the model that the settings name. Heavy imports happen here, after the socket is open."""
    from specedit_lsp.worker.engine import ModelEngine

    return ModelEngine.load(settings, on_progress)


def _remove_socket(path: Path) -> None:
    """Leave nothing behind, also where the process that made the folder is gone."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
