"""A client that trusts nothing: streams that lie, break off or fall silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from specedit_lsp.transport import client as client_module
from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Done, Piece, Reason, RewriteOrder, RewriteStats, digest

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"


def line(message: Piece | Done) -> bytes:
    return message.to_json().encode() + b"\n"


@asynccontextmanager
async def answering(folder: Path, answer: bytes, *, hang: bool = False) -> AsyncIterator[WorkerClient]:
    """A client of something that gives every request the same bytes, and then hangs up or just hangs."""
    over, ended = asyncio.Event(), asyncio.Event()
    if not hang:
        over.set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        await over.wait()
        writer.close()
        await writer.wait_closed()
        ended.set()

    socket = str(folder / "worker.sock")
    server = await asyncio.start_unix_server(handle, socket)
    async with server:
        async with WorkerClient(Endpoint.at_socket(Path(socket), "token")) as client:
            yield client
        over.set()
        await ended.wait()


async def failure(client: WorkerClient) -> RewriteFailed:
    with pytest.raises(RewriteFailed) as failed:
        async for _ in client.rewrite(RewriteOrder(instruction="a", selection="b")):
            pass
    return failed.value


async def test_a_stream_without_its_last_line_is_a_failure(tmp_path: Path) -> None:
    async with answering(tmp_path, HEAD + line(Piece(seq=0, text="half"))) as client:
        assert (await failure(client)).reason is Reason.WORKER_CRASHED


async def test_text_that_does_not_match_its_hash_is_a_failure(tmp_path: Path) -> None:
    done = Done(sha256=digest("whole"), stats=STATS)
    async with answering(tmp_path, HEAD + line(Piece(seq=0, text="hole")) + line(done)) as client:
        assert (await failure(client)).reason is Reason.OUTPUT_CUT_OFF


async def test_a_line_that_is_no_event_is_a_failure(tmp_path: Path) -> None:
    async with answering(tmp_path, HEAD + b'{"kind": "news"}\n') as client:
        assert "does not understand" in str(await failure(client))


async def test_an_answer_that_is_no_http_is_a_failure(tmp_path: Path) -> None:
    async with answering(tmp_path, b"220 mail server ready\r\n") as client:
        assert (await failure(client)).reason is Reason.WORKER_CRASHED


async def test_silence_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.1)
    async with answering(tmp_path, HEAD, hang=True) as client:
        assert "no sign of life" in str(await failure(client))


async def test_nobody_there_is_a_failure(tmp_path: Path) -> None:
    async with WorkerClient(Endpoint.at_socket(tmp_path / "nobody.sock", "token")) as client:
        assert (await failure(client)).reason is Reason.WORKER_CRASHED
