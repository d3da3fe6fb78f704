"""A bad network for one TCP address: what comes through it is late, in drips, broken off or changed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

CHUNK_BYTES = 1 << 16


class Proxy:
    """Stands between clients and a target. All of its faults are off at first. Use :func:`open_proxy`."""

    def __init__(self) -> None:
        self.port = 0
        self.target = ("127.0.0.1", 0)
        self.delay_seconds = 0.0
        """Before each chunk, each way."""
        self.drip_bytes = CHUNK_BYTES
        """Most bytes of a chunk."""
        self.passes = asyncio.Event()
        """While it is not set, nothing comes through."""
        self.passes.set()
        self.spoiled_chunks = 0
        """Of how many chunks to come one bit is to be changed."""
        self.dice = random.Random(0)
        self._writers: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Break all connections off, without a word."""
        for writer in self._writers:
            writer.transport.abort()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection more."""
        connection = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def end(self) -> None:
        """Break off what there is, and wait until nothing is left of it."""
        self.passes.set()
        self.cut()
        await asyncio.gather(*self._connections)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            self._writers -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(self.drip_bytes):
                await asyncio.sleep(self.delay_seconds)
                await self.passes.wait()
                writer.write(self._spoil(chunk))
                await writer.drain()
        writer.close()

    def _spoil(self, chunk: bytes) -> bytes:
        if not self.spoiled_chunks:
            return chunk
        self.spoiled_chunks -= 1
        spoiled = bytearray(chunk)
        spoiled[self.dice.randrange(len(chunk))] ^= 1 << self.dice.randrange(8)
        return bytes(spoiled)


@asynccontextmanager
async def open_proxy() -> AsyncGenerator[Proxy, None]:
    """A proxy on a loopback port of its own."""
    proxy = Proxy()
    async with await asyncio.start_server(proxy.accept, "127.0.0.1", 0) as server:
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            await proxy.end()
