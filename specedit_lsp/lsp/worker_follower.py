"""Follows the worker while the window is open: how its model loads, how it fares, who takes its place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

import anyio

from specedit_lsp.lsp.progress import work_progress
from specedit_lsp.lsp.status import send_status, show_error
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import WorkerState, WorkerStatus

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

logger = logging.getLogger(__name__)

UNLOADED = (WorkerState.STARTING, WorkerState.LOADING)
REJOIN_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""How often a worker that is gone is looked for, once another window or a command may have started one."""
_ENDED = "The worker has ended. The next rewrite starts it again."


class WorkerFollower:
    """Holds the status stream of the server's worker. The worker counts this window as a client by that."""

    def __init__(self, server: SpecEditServer) -> None:
        self._server = server
        self._wanted = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    @property
    def is_following(self) -> bool:
        """Whether :meth:`start` was called."""
        return self._following is not None

    def start(self) -> None:
        """Start the worker if it is not there, and follow it from now on."""
        self._wanted.set()
        self._following = self._server.spawn(self._follow())

    async def start_anew(self) -> None:
        """Let go of whichever worker it is, and follow the one that the server has now."""
        while self._following is not None and not self._following.done():
            self._following.cancel()
            # Until its stream is closed the worker that is not needed any more counts us.
            await asyncio.wait([self._following])
        self.start()

    def want(self) -> None:
        """Somebody needs the worker: if it is gone, it is not looked for but started."""
        self._wanted.set()

    async def _follow(self) -> None:
        tries = 0
        while True:
            try:
                if connection := await self._connect():
                    tries = 0
                    await self._announce(connection)
                    self._lose(WorkerState.ENDED, _ENDED)
            except RewriteFailed as error:
                self._lose(WorkerState.FAILED, str(error))
            with anyio.move_on_after(REJOIN_SECONDS[min(tries, len(REJOIN_SECONDS) - 1)]):
                await self._wanted.wait()
            tries += 1

    async def _connect(self) -> Connection | None:
        """A connection to the worker; nothing is started for the sake of its status alone."""
        server = self._server
        if self._wanted.is_set():
            send_status(server, WorkerStatus(state=WorkerState.STARTING, model=server.settings.model.path))
            return await server.worker.connect()
        try:
            return await server.worker.join()
        except RewriteFailed as error:
            logger.debug("no worker can be joined: %s", error)
            return None

    async def _announce(self, connection: Connection) -> None:
        async with connection, aclosing(connection.follow_status()) as updates:
            status = await self._show_loading(updates)
            if status and status.state is WorkerState.FAILED:
                show_error(self._server, status.message)
            async for status in updates:
                send_status(self._server, status)

    async def _show_loading(self, updates: AsyncGenerator[WorkerStatus, None]) -> WorkerStatus | None:
        """Return the first status of a worker that has a model or no hope of one; None if it goes away."""
        status = await anext(updates, None)
        if status is not None and status.state in UNLOADED:
            async with work_progress(self._server, "specedit", percent=0) as progress:
                while status is not None and status.state in UNLOADED:
                    send_status(self._server, status)
                    progress.report(f"loading {status.model}", status.percent)
                    status = await anext(updates, None)
        if status is not None:
            send_status(self._server, status)
        return status

    def _lose(self, state: WorkerState, why: str) -> None:
        # Who wanted it had it; the next one who does starts it again.
        self._wanted.clear()
        logger.warning("the worker is gone: %s", why)
        send_status(self._server, WorkerStatus(state=state, message=why))
