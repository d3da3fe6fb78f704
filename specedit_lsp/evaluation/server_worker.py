"""A worker without a model, to try the server on: every third line leaves with the time at which it does.

It answers like the real one, and is found in its place by the server of :func:`server_with_this_worker`.
The instruction may hold a pause, such as ``20 ms``, which is kept before each piece. A piece is a changed
line and two unchanged ones, which make the change certain: the server holds back what may still turn out
otherwise.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from specedit_lsp.settings import Settings
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.local.worker_name import name_worker
from specedit_lsp.transport.local.worker_record import WorkerFiles, WorkerRecord, write_record
from specedit_lsp.transport.messages import (
    Done,
    Message,
    Piece,
    RewriteStats,
    WorkerState,
    WorkerStatus,
    digest,
)

STAMP = re.compile(r"# left at (\d+\.\d+)")
"""What is written behind a line: seconds of the machine's `perf_counter`."""
LINES_PER_PIECE = 3

_SERVER = """
import os, sys
os.environ["XDG_RUNTIME_DIR"] = sys.argv[1]
from specedit_lsp.lsp.server import serve_stdio
serve_stdio()
"""
_STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)


@contextmanager
def server_with_this_worker() -> Iterator[tuple[str, ...]]:
    """The command of a language server that finds this worker in the place of the real one."""
    with TemporaryDirectory(prefix="specedit-b-") as runtime:
        folder = Path(runtime, "specedit")
        folder.mkdir(0o700)
        record = WorkerFiles(folder, name_worker(Settings())).record
        command = (sys.executable, "-m", "specedit_lsp.evaluation.server_worker", str(record))
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            yield sys.executable, "-c", _SERVER, runtime


async def serve(record: Path) -> None:
    """Serve, to be found at ``record``, until standard input closes."""
    files = WorkerFiles(record.parent, record.stem)
    async with await asyncio.start_unix_server(_answer, files.socket):
        endpoint = Endpoint.at_socket(files.socket, "none")
        write_record(files.record, WorkerRecord.of(endpoint))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.buffer.read)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        path = head.split()[1]
        found = path in ("/v1/status", "/v1/status/stream", "/v1/rewrite")
        status = "200 OK" if found else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nconnection: close\r\n\r\n".encode())
        if found:
            async for message in _messages(path, body):
                writer.write(message.to_json().encode() + b"\n")
                await writer.drain()
    writer.close()


async def _messages(path: str, body: bytes) -> AsyncIterator[Message]:
    if path == "/v1/rewrite":
        async for event in _rewrite(json.loads(body)):
            yield event
        return
    yield WorkerStatus(state=WorkerState.READY, model="none", device="none")
    if path == "/v1/status/stream":
        await asyncio.Event().wait()


async def _rewrite(order: dict[str, str]) -> AsyncIterator[Piece | Done]:
    pause = re.search(r"(\d+) ms", order["instruction"])
    lines = order["selection"].splitlines(keepends=True)
    written = ""
    for seq, at in enumerate(range(0, len(lines), LINES_PER_PIECE)):
        if pause:
            await asyncio.sleep(int(pause[1]) / 1000)
        code = lines[at].rstrip("\n")
        stamp = f" # left at {time.perf_counter():.6f}"
        text = code + stamp + lines[at][len(code) :] + "".join(lines[at + 1 : at + LINES_PER_PIECE])
        written += text
        yield Piece(seq=seq, text=text)
    yield Done(sha256=digest(written), stats=_STATS)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
