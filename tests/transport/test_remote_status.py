"""The status of a cluster, whose streams end now and then."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import WorkerState, WorkerStatus
from specedit_lsp.transport.remote import remote_worker
from specedit_lsp.transport.remote.remote_worker import RemoteClient
from tests.transport.peers import hanging_up


async def test_a_stream_that_ends_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_worker, "STATUS_SECONDS", 0.0)
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        async with hanging_up(writer):
            await reader.readuntil(b"\r\n\r\n")
            body = WorkerStatus(state=WorkerState.READY, queued=asked).to_json() + "\n"
            asked += 1
            head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            writer.write((head + body).encode())

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        RemoteClient(Endpoint(f"http://127.0.0.1:{port}", "a token")) as client,
        aclosing(client.follow_status()) as statuses,
    ):
        assert [(await anext(statuses)).queued for _ in range(3)] == [0, 1, 2]
        server.close()
        await server.wait_closed()
        with pytest.raises(RewriteFailed):
            await anext(statuses)
