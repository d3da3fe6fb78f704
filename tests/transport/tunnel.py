"""A port that leads to a worker's socket, as `ssh -L` or a TLS proxy makes one, and that can break."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from types import TracebackType
from typing import Self


class Tunnel:
    """Forwards connections of a TCP port of the loopback to a unix socket, each up to some bytes back."""

    def __init__(self, socket: str, tls: ssl.SSLContext | None = None) -> None:
        self._socket = socket
        self._tls = tls
        self._writers: list[asyncio.StreamWriter] = []
        self.cuts: list[int] = []
        """After how many bytes from the worker the next connections break."""
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break all connections there are."""
        while self._writers:
            self._writers.pop().transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        left = self.cuts.pop(0) if self.cuts else None
        far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
        self._writers += [writer, far_writer]
        there = asyncio.create_task(_pump(reader, far_writer))
        try:
            while chunk := await far_reader.read(4096 if left is None else min(left, 4096) or 1):
                if left is not None:
                    if left == 0:
                        break
                    left -= len(chunk)
                writer.write(chunk)
                await writer.drain()
        except OSError:
            pass
        finally:
            there.cancel()
            writer.transport.abort() if left is not None else writer.close()
            far_writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(4096):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
