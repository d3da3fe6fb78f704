"""The HTTP server of a worker: it serves until it is told to end, and then finishes what it accepted."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from specedit_lsp.settings import Settings
from specedit_lsp.worker.engine_protocol import Engine
from specedit_lsp.worker.http.app import create_app
from specedit_lsp.worker.http.bounded_protocol import BoundedProtocol
from specedit_lsp.worker.queue.service import RewriteService
from specedit_lsp.worker.tracing.log import choose_record

SHUTDOWN_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server shows to prove who it is: files in PEM format."""

    chain: Path
    key: Path


class WorkerServer(uvicorn.Server):
    """A worker with its routes. A first signal has it finish what it accepted, a second one ends it."""

    def __init__(
        self,
        settings: Settings,
        token: str,
        wait_for_end: Callable[[RewriteService], Awaitable[None]],
        certificate: Certificate | None = None,
    ) -> None:
        """``wait_for_end`` returns when nothing is left to do, and the worker is to end."""
        self.has_lost_device = False
        self._settings = settings
        self._wait_for_end = wait_for_end
        self._service: RewriteService | None = None
        self._end: asyncio.Task[None] | None = None
        super().__init__(
            uvicorn.Config(
                create_app(self._make_service, token),
                http=BoundedProtocol,
                log_level="warning",
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
                ssl_certfile=certificate.chain if certificate else None,
                ssl_keyfile=certificate.key if certificate else None,
            )
        )

    def serve_on(self, sockets: Sequence[socket.socket]) -> None:
        """Serve on sockets that listen already, until the end."""
        # uvicorn raises the signals that it caught once more when it is done.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _ignore)
        self.run([*sockets])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Retire at the first signal."""
        if self._service is None or self._service.is_retiring:
            super().handle_exit(sig, frame)
            return
        self._loop.call_soon_threadsafe(self._service.retire)

    def _make_service(self) -> RewriteService:
        self._service = RewriteService(
            lambda on_progress: load_engine(self._settings, on_progress),
            model=self._settings.model.path,
            settings=self._settings.worker,
            on_lost=self._lose_device,
        )
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.create_task(self._follow(self._service))
        return self._service

    async def _follow(self, service: RewriteService) -> None:
        try:
            await self._wait_for_end(service)
        finally:
            self.should_exit = True

    def _lose_device(self) -> None:
        self.has_lost_device = True
        self.should_exit = True


def load_engine(settings: Settings, on_progress: Callable[[int], None]) -> Engine:
    """Load the model that the settings name. Heavy imports happen here, after the socket is open."""
    from specedit_lsp.worker.engine.model_engine import ModelEngine

    return ModelEngine.load(settings, on_progress, choose_record(settings.trace))


def _ignore(sig: int, frame: FrameType | None) -> None:
    """Nothing is left to be done."""
