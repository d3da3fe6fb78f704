"""A session with a language server, spoken by hand: it can say what no client library would."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import IO, Any

END_SECONDS = 20.0
SERVER = (sys.executable, "-m", "specedit_lsp", "lsp")

Json = dict[str, Any]
Listener = Callable[[Json, float], None]
"""Hears a notification and the `perf_counter` of its arrival."""


class ServerGone(Exception):
    """The server ended, or closed its output, while something was still expected of it."""


def frame(body: bytes) -> bytes:
    """A message as the base protocol sends it."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def encode(message: object) -> bytes:
    """A JSON value as a framed message."""
    return frame(json.dumps(message, ensure_ascii=False).encode("utf-8", "backslashreplace"))


class ServerSession:
    """One client's side of a conversation. Use :func:`running_server`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self._in, self._out = process, process.stdin, process.stdout
        self.received: list[Json] = []
        """All that the server sent, if :attr:`keeps` says so."""
        self.keeps = True
        self.listener: Listener = lambda message, at: None
        self.reply: Callable[[Json], Json | None] = lambda request: {"result": None}
        """What to answer to a request of the server; None leaves that to :meth:`send`."""
        self._awaited: dict[int | str | None, asyncio.Future[Json]] = {}
        self._count = 0
        self._reading = asyncio.create_task(self._read_all())

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self.process.pid

    def send_bytes(self, data: bytes) -> None:
        """Send anything."""
        self._in.write(data)

    def send(self, **message: Any) -> None:
        """Send one message; only ``jsonrpc`` is added."""
        self.send_bytes(encode({"jsonrpc": "2.0", **message}))

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self.send(method=method, params=params)

    async def request(self, method: str, params: object = None, seconds: float = END_SECONDS) -> Json:
        """Send a request and return the response, be it a result or an error.

        Raises:
            ServerGone: there is none because the server ended.
            TimeoutError: there is none in time.
        """
        self._count += 1
        msg_id = f"session-{self._count}"
        answer = self.expect(msg_id)
        self.send(id=msg_id, method=method, params=params)
        return await asyncio.wait_for(answer, seconds)

    def expect(self, msg_id: int | str) -> asyncio.Future[Json]:
        """What will hold the response to a request that is sent by other means."""
        answer = self._awaited[msg_id] = asyncio.get_running_loop().create_future()
        if self._reading.done():
            answer.set_exception(ServerGone("the server has ended"))
        return answer

    async def initialize(
        self, options: Json | None = None, capabilities: Json | None = None, process_id: int | None = None
    ) -> Json:
        """Open the session; return the response to ``initialize``."""
        params = {
            "processId": process_id,
            "rootUri": None,
            "capabilities": capabilities or {},
            "initializationOptions": options or {},
        }
        answer = await self.request("initialize", params)
        self.notify("initialized", {})
        return answer

    async def flush(self) -> None:
        """Wait until the server has taken in most of what was sent."""
        await self._in.drain()

    def stop_listening(self) -> None:
        """Close the server's output, as a client does that crashes by halves."""
        self._out_transport().close()

    def pause_reading(self) -> None:
        """Leave in the pipe what the server sends from now on, as a client does that is busy."""
        self._out_transport().pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._out_transport().resume_reading()

    async def end(self) -> int:
        """Close the server's input and return its exit status.

        Raises:
            TimeoutError: it does not end; it is killed.
        """
        self._in.close()
        try:
            await asyncio.wait_for(self._reading, END_SECONDS)
            return await asyncio.wait_for(self.process.wait(), END_SECONDS)
        finally:
            if self.process.returncode is None:
                self.process.kill()
                await self.process.wait()

    def _out_transport(self) -> asyncio.ReadTransport:
        # asyncio has no public way to the pipes of a process.
        transport: asyncio.SubprocessTransport = self.process._transport  # type: ignore[attr-defined]
        pipe = transport.get_pipe_transport(1)
        assert isinstance(pipe, asyncio.ReadTransport)
        return pipe

    async def _read_all(self) -> None:
        try:
            while True:
                await self._read_one()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        for answer in self._awaited.values():
            if not answer.done():
                answer.set_exception(ServerGone("the server ended before it answered"))

    async def _read_one(self) -> None:
        header = await self._out.readuntil(b"\r\n\r\n")
        length = int(header.lower().partition(b"content-length:")[2].split()[0])
        body = await self._out.readexactly(length)
        at = time.perf_counter()
        message: Json = json.loads(body)
        if self.keeps:
            self.received.append(message)
        if "method" not in message:
            answer = self._awaited.pop(message["id"], None)
            if answer is not None and not answer.done():
                answer.set_result(message)
            else:
                self.listener(message, at)
        elif "id" in message:
            reply = self.reply(message)
            if reply is not None:
                self.send(id=message["id"], **reply)
        else:
            self.listener(message, at)


@asynccontextmanager
async def running_server(
    command: Sequence[str] = SERVER, log: IO[bytes] | None = None
) -> AsyncGenerator[ServerSession, None]:
    """A session with a server of its own, which ends with the block. Nothing has been said yet.

    The server's standard error goes to ``log``, by default to our own.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log
    )
    session = ServerSession(process)
    try:
        yield session
    finally:
        await session.end()
