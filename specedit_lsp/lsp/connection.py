"""How the server speaks to its one client, over standard input and output or TCP, and when that ends.

pygls reads with three jobs of its thread pool for each message, swallows the exit code, and leaves its
standard streams to whatever the process starts or prints.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import BinaryIO

import anyio
from pygls.lsp.server import LanguageServer

from specedit_lsp.lsp.message_stream import MessageParser
from specedit_lsp.lsp.protocol_fixes import MendedProtocol

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 16
WATCH_SECONDS = 2.0


class ConnectedServer(LanguageServer):
    """A language server whose conversation survives whatever the client says, and ends with the client."""

    protocol: MendedProtocol

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serve on standard input and output until the client says `exit` or goes away.

        Raises:
            SystemExit: the client said so; 0 if it said `shutdown` before, else 1.
        """
        reader, writer = stdin or _claim_stdin(), stdout or _claim_stdout()
        self.protocol.set_writer(_Output(writer))

        async def serve() -> None:
            await self._converse(_read_in_thread(reader))

        asyncio.run(serve())

    def start_tcp(self, host: str, port: int) -> None:
        """Serve the first client that connects, until it says `exit` or goes away; turn others away.

        Raises:
            SystemExit: as :meth:`start_io`.
            OSError: nobody can be served at this address.
        """
        asyncio.run(self._serve_tcp(host, port))

    async def _serve_tcp(self, host: str, port: int) -> None:
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        over = asyncio.Event()

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if first.done():
                writer.close()
                return
            first.set_result(None)
            self.protocol.set_writer(writer)
            try:
                await self._converse(_read_stream(reader))
            finally:
                writer.close()
                over.set()

        async with await asyncio.start_server(connect, host, port):
            await over.wait()

    async def _converse(self, chunks: AsyncIterator[bytes]) -> None:
        with anyio.CancelScope() as conversation:
            watch = asyncio.create_task(self._outlive_editor(conversation))
            try:
                await self._read(chunks)
            finally:
                watch.cancel()

    async def _read(self, chunks: AsyncIterator[bytes]) -> None:
        parser = MessageParser()
        async for chunk in chunks:
            for received in parser.feed(chunk):
                self.protocol.receive(received)
                # A client that talks without a pause must not keep hunks and answers from leaving.
                await asyncio.sleep(0)

    async def _outlive_editor(self, conversation: anyio.CancelScope) -> None:
        """End with the process that the client named in `initialize`: others may hold its pipes open."""
        seen = False
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            alive = _is_alive(self.process_id)
            # A process never seen may live where we cannot look, outside of our container.
            if seen and not alive:
                logger.warning("the editor, process %s, has ended", self.process_id)
                conversation.cancel()
                return
            seen = alive


class _Output:
    """Where messages are written, until the client stops listening: then into the void."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._open = True

    def write(self, data: bytes) -> None:
        if not self._open:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError as error:
            # What is left to do is ended by the end of input, which follows.
            logger.warning("the client does not listen any more: %s", error)
            self._open = False

    def close(self) -> None:
        self._open = False
        with suppress(OSError):
            self._stream.close()


async def _read_stream(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK_BYTES):
            yield chunk


async def _read_in_thread(stream: BinaryIO) -> AsyncIterator[bytes]:
    """Chunks of a blocking stream. The thread is left behind when nobody wants any more of them."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    # A second chunk is read while the first is worked on, not more: the client waits as it does with pygls.
    room = threading.Semaphore(2)

    def read() -> None:
        chunk = b"..."
        with suppress(RuntimeError):  # the loop has ended
            while chunk:
                room.acquire()
                chunk = stream.read(CHUNK_BYTES)
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    while chunk := await chunks.get():
        room.release()
        yield chunk


def _claim_stdin() -> BinaryIO:
    """Standard input for us alone: a process that we start reads nothing of it."""
    return _claim(sys.stdin.fileno(), lambda: os.open(os.devnull, os.O_RDONLY), "rb")


def _claim_stdout() -> BinaryIO:
    """Standard output for us alone: what anyone prints goes to standard error."""
    return _claim(sys.stdout.fileno(), lambda: os.dup(sys.stderr.fileno()), "wb")


def _claim(number: int, substitute: Callable[[], int], mode: str) -> BinaryIO:
    own = os.dup(number)
    other = substitute()
    os.dup2(other, number)
    os.close(other)
    # Unbuffered input: a read returns what there is.
    return open(own, mode, buffering=0 if mode == "rb" else -1)  # type: ignore[return-value]


def _is_alive(pid: int | None) -> bool:
    if pid is None or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
