"""HTTP/1.1 connections that may not be held open without use: the bounds that uvicorn does not have."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 512
MOST_HEADER_BYTES = 16 * 1024
"""Request line and headers together."""
HEADER_SECONDS = 10.0
"""In which a request's headers must have arrived, from the connection's start or their first byte on."""
STUCK_SECONDS = 75.0
"""After which a peer that takes nothing of what is there for it is cut off. An order is given up before."""


class BoundedProtocol(H11Protocol):
    """One connection. Pass it to uvicorn as ``http``."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = h11.Connection(h11.SERVER, MOST_HEADER_BYTES)
        self._header_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            logger.warning("a connection was cut off: there are more than %d", MOST_CONNECTIONS)
            transport.abort()
            return
        self._time_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._time_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._header_timer, self._stuck_timer):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck_timer = self.loop.call_later(STUCK_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stuck_timer:
            self._stuck_timer.cancel()
        super().resume_writing()

    def _time_headers(self) -> None:
        is_incomplete = self.conn.their_state is h11.IDLE
        if is_incomplete and self._header_timer is None:
            self._header_timer = self.loop.call_later(HEADER_SECONDS, self.transport.abort)
        elif not is_incomplete and self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None
