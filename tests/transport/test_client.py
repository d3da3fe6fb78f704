"""A client that trusts nothing: streams that lie, break off or fall silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from specedit_lsp.transport import client as client_module
from specedit_lsp.transport import lines
from specedit_lsp.transport.client import Interrupted, RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Done, Failed, Piece, Reason, RewriteOrder, RewriteStats, digest

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
        failed = await failure(client)
    assert failed.reason is Reason.WORKER_CRASHED
    assert isinstance(failed, Interrupted)


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


async def test_a_request_that_could_not_be_read_is_sent_again(tmp_path: Path) -> None:
    """What uvicorn says to one that was changed on its way."""
    refusal = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n\r\nInvalid HTTP request received."
    async with answering(tmp_path, refusal) as client:
        failed = await failure(client)
    assert isinstance(failed, Interrupted)
    assert "specedit doctor" in str(failed)


async def test_silence_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.1)
    async with answering(tmp_path, HEAD, hang=True) as client:
        assert "no sign of life" in str(await failure(client))


async def test_nobody_there_is_a_failure(tmp_path: Path) -> None:
    async with WorkerClient(Endpoint.at_socket(tmp_path / "nobody.sock", "token")) as client:
        assert (await failure(client)).reason is Reason.WORKER_CRASHED


async def test_line_separators_in_the_text_are_text(tmp_path: Path) -> None:
    text = "a\u2028b\u2029c\u0085d\x0be\x0cf\r\n"
    done = Done(sha256=digest(text), stats=STATS)
    async with answering(tmp_path, HEAD + line(Piece(seq=0, text=text)) + line(done)) as client:
        events = [event async for event in client.rewrite(RewriteOrder(instruction="a", selection="b"))]
    assert events[0] == Piece(seq=0, text=text)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"kind": "piece", "seq": 0, "text": "\\ud800"}',
        b'{"kind": "piece", "seq": 0, "text": "\xff\xfe"}',
        b'{"kind": "piece", "seq": 0, "text": "a',
        b"[" * 10_000,
        b"",
        b"null",
    ],
)
async def test_lines_that_are_no_text_are_a_failure(tmp_path: Path, bad: bytes) -> None:
    async with answering(tmp_path, HEAD + bad + b"\n") as client:
        failed = await failure(client)
    assert "does not understand" in str(failed)
    assert not isinstance(failed, Interrupted)


async def test_a_line_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "read_lines", partial(lines.read_lines, most_line=1000))
    async with answering(tmp_path, HEAD + b"x" * 5000) as client:
        assert "sends without end" in str(await failure(client))


def refusal(status: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers])
    return head.encode() + b"\r\n\r\n" + body


FULL = Failed(reason=Reason.QUEUE_FULL, message="16 rewrites are waiting already.").to_json().encode()
TOO_LONG = Failed(reason=Reason.RANGE_TOO_LONG, message="Select less.").to_json().encode()


@pytest.mark.parametrize(
    ("answer", "reason", "retry_after"),
    [
        (refusal("503 Busy", FULL, "retry-after: 4"), Reason.QUEUE_FULL, 4),
        (refusal("503 Busy", FULL, "retry-after: Sat, 21 Nov 2026 18:00:00 GMT"), Reason.QUEUE_FULL, 1),
        (refusal("503 Busy", FULL, "retry-after: 100000"), Reason.QUEUE_FULL, 60),
        (refusal("503 Busy", b""), Reason.QUEUE_FULL, 1),
        (refusal("429 Slower", b"", "retry-after: 2"), Reason.QUEUE_FULL, 2),
        (refusal("502 Bad Gateway", b"<html>"), Reason.WORKER_UNREACHABLE, None),
        (refusal("504 Gateway Timeout", b""), Reason.WORKER_UNREACHABLE, None),
        (refusal("500 Oh", b"The actor died."), Reason.INTERNAL_ERROR, None),
    ],
)
async def test_what_passes_may_be_asked_again(
    tmp_path: Path, answer: bytes, reason: Reason, retry_after: float | None
) -> None:
    async with answering(tmp_path, answer) as client:
        failed = await failure(client)
    assert isinstance(failed, Interrupted)
    assert (failed.reason, failed.retry_after) == (reason, retry_after)


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (refusal("503 Busy", TOO_LONG), Reason.RANGE_TOO_LONG, "Select less"),
        (refusal("401 Unauthorized", b""), Reason.NOT_AUTHORISED, "token"),
        (refusal("404 Not Found", b""), Reason.WORKER_UNREACHABLE, "no worker"),
        (refusal("413 Too Large", b""), Reason.RANGE_TOO_LONG, "select less"),
        (refusal("302 Found", b"", "location: https://other/"), Reason.WORKER_UNREACHABLE, "https://other/"),
        (refusal("501 Oh", b"x" * 200_000), Reason.INTERNAL_ERROR, "501"),
    ],
)
async def test_what_does_not_pass_is_a_failure_at_once(
    tmp_path: Path, answer: bytes, reason: Reason, words: str
) -> None:
    async with answering(tmp_path, answer) as client:
        failed = await failure(client)
    assert not isinstance(failed, Interrupted)
    assert failed.reason is reason
    assert words in str(failed)
