"""Readers that are slow, stuck or gone, and connections that are held open for nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from specedit_lsp.transport.messages import EVENT, Failed, Piece, Reason
from specedit_lsp.worker.http import bounded_protocol, limits, order_stream
from specedit_lsp.worker.queue.outbox import MOST_UNREAD_BYTES
from tests.worker.conftest import TOKEN, RunningWorker, ScriptedEngine, serve
from tests.worker.stepped_engine import SteppedEngine, order, read, start_service
from tests.worker.test_rotation import text_of

BIG = 60_000
HEAD = f"Host: worker\r\nAuthorization: Bearer {TOKEN}\r\n"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(worker: RunningWorker) -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_unix_connection(worker.socket, limit=2**14)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def request(instruction: str) -> bytes:
    body = json.dumps({"instruction": instruction, "selection": "x = 1"}).encode()
    return f"POST /v1/rewrite HTTP/1.1\r\n{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_full_outbox_suspends_its_rewrite_and_nobody_elses() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    slow = service.submit(order("slow", 20, BIG), "slow")
    engine.let()
    enough = MOST_UNREAD_BYTES // BIG + 1
    await engine.until_done(enough)
    await read(service, service.submit(order("quick", 50), "quick"))
    assert engine.forwards.count("slow") == enough
    events = await read(service, slow)
    assert sum(len(event.text) for event in events if isinstance(event, Piece)) == 20 * BIG, "nothing is lost"


async def test_a_stuck_reader_is_given_up_and_hears_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(order_stream, "READER_SECONDS", 0.2)
    engine = ScriptedEngine(pause=0.0, repeat=BIG)
    async with serve(tmp_path, engine, concurrent=3) as worker, connected(worker) as (reader, writer):
        writer.write(request("x " * 80))
        service = worker.services[0]
        await until(lambda: service._tickets)
        async with worker.client(name="other") as client:
            assert (
                await text_of(client, "others work meanwhile")
                == "others" * BIG + "work" * BIG + "meanwhile" * BIG
            )
        await until(lambda: not service._tickets)
        assert len(engine.written) < 60, "it was not finished for nobody"
        answer = await asyncio.wait_for(reader.read(), 10)
    last = next(line for line in reversed(answer.splitlines()) if line.startswith(b"{"))
    ending = EVENT.validate_json(last)
    assert isinstance(ending, Failed)
    assert ending.reason is Reason.READER_TOO_SLOW
    assert "its reader took nothing" in caplog.text


async def test_one_that_never_reads_again_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_stream, "READER_SECONDS", 0.1)
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 0.3)
    engine = ScriptedEngine(pause=0.0, repeat=BIG)
    async with serve(tmp_path, engine) as worker, connected(worker) as (_, writer):
        writer.write(request("x " * 80))
        await until(lambda: worker.services[0]._tickets)
        await until(lambda: not worker.server.server_state.connections)


async def test_headers_must_come_soon_and_be_small(
    worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(worker) as (reader, writer):
        filler = "x" * (bounded_protocol.MOST_HEADER_BYTES - 1_000)
        writer.write(f"GET /v1/status HTTP/1.1\r\n{HEAD}X-Filler: {filler}\r\n\r\n".encode())
        assert b"200 OK" in await reader.readline()
    async with connected(worker) as (reader, writer):
        writer.write(f"GET /v1/status HTTP/1.1\r\n{HEAD}X-Filler: {filler}{'x' * 2_000}".encode())
        assert b"400 Bad Request" in await reader.readline()
    monkeypatch.setattr(bounded_protocol, "HEADER_SECONDS", 0.1)
    for beginning in (b"", b"GET /v1/status HTTP/1.1\r\nX-Slow: "):
        async with connected(worker) as (reader, writer):
            writer.write(beginning)
            assert await asyncio.wait_for(reader.read(), 10) == b"", "closed without a word"
    async with connected(worker) as (reader, writer):
        for _ in range(2):
            writer.write(f"GET /v1/status HTTP/1.1\r\n{HEAD}\r\n".encode())
            assert b"200 OK" in await reader.readuntil(b"}")
            await asyncio.sleep(0.2)
        writer.write(b"GET /v1/status HTTP/1.1\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 10) == b"", "also the second request of a connection"


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.1)
    async with connected(worker) as (reader, writer):
        writer.write(request("one two")[:-1])
        answer = await asyncio.wait_for(reader.read(), 10)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"invalidOrder"' in answer


async def test_there_are_so_many_connections(worker: RunningWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_protocol, "MOST_CONNECTIONS", 2)
    await until(lambda: not worker.server.server_state.connections)
    async with connected(worker) as (first, one), connected(worker) as (second, two):
        await until(lambda: len(worker.server.server_state.connections) == 2)
        async with connected(worker) as (third, _):
            assert await asyncio.wait_for(third.read(), 10) == b"", "one too many"
        for reader, writer in ((first, one), (second, two)):
            writer.write(f"GET /v1/status HTTP/1.1\r\n{HEAD}\r\n".encode())
            assert b"200 OK" in await reader.readline()
