"""The worker's routes as its clients see them, over a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.messages import Alive, Done, Piece, Reason, RewriteOrder, WorkerState
from specedit_lsp.worker.queue import service
from tests.worker.conftest import TOKEN, RunningWorker, ScriptedEngine, serve


def order(instruction: str) -> RewriteOrder:
    return RewriteOrder(instruction=instruction, selection="x = 1")


async def text_of(client: WorkerClient, instruction: str) -> str:
    async with aclosing(client.rewrite(order(instruction))) as events:
        return "".join([event.text async for event in events if isinstance(event, Piece)])


async def test_text_arrives_in_order_and_is_closed(worker: RunningWorker) -> None:
    async with worker.client() as client:
        events = [event async for event in client.rewrite(order("one two three"))]
    pieces = [event for event in events if isinstance(event, Piece)]
    assert [(piece.seq, piece.text) for piece in pieces] == [(0, "one"), (1, "two"), (2, "three")]
    assert isinstance(events[-1], Done)


async def test_without_the_token_nobody_gets_in(worker: RunningWorker) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        transport = httpx.AsyncHTTPTransport(uds=worker.socket)
        async with httpx.AsyncClient(transport=transport, base_url="http://worker", headers=headers) as http:
            for method, path in (
                ("GET", "/v1/status"),
                ("GET", "/v1/status/stream"),
                ("POST", "/v1/rewrite"),
            ):
                assert (await http.request(method, path)).status_code == 401
    async with worker.client("wrong") as client:
        with pytest.raises(RewriteFailed, match="401"):
            await text_of(client, "anything")
    assert worker.engine.written == []


async def test_leaving_stops_the_engine_before_its_next_step(worker: RunningWorker) -> None:
    worker.engine.pause = 0.05
    async with worker.client() as client:
        async with aclosing(client.rewrite(order("word " * 200))) as events:
            async for _ in events:
                break
        await worker.until_idle()
        seen = len(worker.engine.written)
        assert await text_of(client, "next") == "next"
    # One step may have been under way.
    assert len(worker.engine.written) <= seen + 2 < 20


async def test_orders_wait_for_each_other(worker: RunningWorker) -> None:
    async with worker.client() as client:
        texts = await asyncio.gather(*(text_of(client, f"{name} {name}") for name in "abc"))
    assert texts == ["aa", "bb", "cc"]
    assert worker.engine.written in (
        [*"aabbcc"],
        [*"aaccbb"],
        [*"bbaacc"],
        [*"bbccaa"],
        [*"ccaabb"],
        [*"ccbbaa"],
    )


async def test_a_full_queue_refuses(worker: RunningWorker) -> None:
    worker.engine.pause = 0.1
    async with worker.client() as client, worker.client(name="two") as other:
        running = [asyncio.create_task(text_of(who, "some words")) for who in (client, other) * 3]
        while len(worker.services[0]._tickets) < 6:
            await asyncio.sleep(0.005)
        with pytest.raises(RewriteFailed, match="6 rewrites are waiting already") as refused:
            await text_of(client, "one more")
        assert refused.value.reason is Reason.QUEUE_FULL
        assert (await client.status()).queued == 5
        await asyncio.gather(*running)
        assert await text_of(client, "now it fits") == "nowitfits"


@pytest.mark.parametrize(
    ("instruction", "reason", "words"),
    [
        ("refuse", Reason.RANGE_TOO_LONG, "too long for words"),
        ("crash", Reason.INTERNAL_ERROR, "ZeroDivisionError: as asked"),
    ],
)
async def test_a_failed_order_says_why_and_the_worker_goes_on(
    worker: RunningWorker, instruction: str, reason: Reason, words: str
) -> None:
    async with worker.client() as client:
        with pytest.raises(RewriteFailed, match=words) as failed:
            await text_of(client, instruction)
        assert failed.value.reason is reason
        assert await text_of(client, "still here") == "stillhere"


async def test_nonsense_is_refused_with_words(worker: RunningWorker) -> None:
    async with worker.http() as http:
        for body in (
            b"",
            b"{",
            b"[]",
            b'{"instruction": 1}',
            b'{"instruction": "a", "selection": "b", "model": "c"}',
        ):
            answer = await http.post("/v1/rewrite", content=body)
            assert answer.status_code == 400
            assert "This is not an order" in answer.text


async def test_a_waiting_order_shows_signs_of_life(
    worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 0.01)
    worker.engine.pause = 0.1
    async with worker.client() as client:
        first = asyncio.create_task(text_of(client, "slow words"))
        await asyncio.sleep(0.02)
        events = [event async for event in client.rewrite(order("second"))]
        await first
    assert Alive(ahead=1) in events


async def test_status_follows_loading_work_and_rest(tmp_path: Path) -> None:
    engine, loaded = ScriptedEngine(pause=0.02), threading.Event()

    def load(on_progress: Callable[[int], None]) -> ScriptedEngine:
        on_progress(50)
        assert loaded.wait(10)
        on_progress(100)
        return engine

    async with serve(tmp_path, engine, load) as worker, worker.client() as client:
        states: list[tuple[WorkerState, int | None]] = []

        async def follow() -> None:
            async for status in client.follow_status():
                states.append((status.state, status.percent))
                if (WorkerState.BUSY, None) in states and status.state is WorkerState.READY:
                    return

        following = asyncio.create_task(follow())
        early = asyncio.create_task(text_of(client, "sent while loading"))
        async with asyncio.timeout(10):
            while (WorkerState.LOADING, 50) not in states:
                await asyncio.sleep(0.005)
        loaded.set()
        assert await early == "sentwhileloading"
        await asyncio.wait_for(following, 10)
    assert (WorkerState.LOADING, 50) in states
    assert states[-1] == (WorkerState.READY, None)


async def test_a_model_that_does_not_load_fails_every_order(tmp_path: Path) -> None:
    may_fail = threading.Event()

    def load(on_progress: Callable[[int], None]) -> ScriptedEngine:
        may_fail.wait(10)
        raise FileNotFoundError("no such model: fetch it")

    async with serve(tmp_path, ScriptedEngine(), load) as worker, worker.client() as client:
        early = asyncio.create_task(text_of(client, "sent while loading"))
        await asyncio.sleep(0.05)
        may_fail.set()
        for attempt in (early, text_of(client, "sent later")):
            with pytest.raises(RewriteFailed, match="no such model: fetch it") as failed:
                await attempt
            assert failed.value.reason is Reason.MODEL_UNUSABLE
        assert (await client.status()).state is WorkerState.FAILED
