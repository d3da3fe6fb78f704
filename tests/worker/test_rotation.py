"""Several rewrites on one model: they take turns, and warm prefills take what is left."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.messages import Piece, Reason, RewriteOrder, WorkerState
from tests.worker.conftest import ScriptedEngine, serve


def order(instruction: str, selection: str = "x = 1") -> RewriteOrder:
    return RewriteOrder(instruction=instruction, selection=selection)


async def text_of(client: WorkerClient, instruction: str) -> str:
    return "".join([e.text async for e in client.rewrite(order(instruction)) if isinstance(e, Piece)])


async def until_warm(engine: ScriptedEngine, words: int) -> None:
    async with asyncio.timeout(10):
        while len(engine.warmed) < words:
            await asyncio.sleep(0.002)


async def test_as_many_as_may_take_turns_and_the_others_wait(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=0.02)
    async with serve(tmp_path, engine, concurrent=2) as worker, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(worker.client(name=name)) for name in "abc"]
        texts = await asyncio.gather(
            *(text_of(client, f"{name} " * 6) for client, name in zip(clients, "abc", strict=True))
        )
    assert texts == ["aaaaaa", "bbbbbb", "cccccc"]
    last = engine.written[-6:]
    assert len(set(last[-5:])) == 1, "the third began only when one of the others was through"
    first, second = sorted({*"abc"} - {last[-1]})
    early = [word for word in engine.written if word != last[-1]]
    turns = sum(a != b for a, b in itertools.pairwise(early))
    assert turns >= 8, f"{first} and {second} took turns: {''.join(early)}"


async def test_a_rewrite_interrupts_a_warm_prefill_within_one_forward(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=0.03)
    async with serve(tmp_path, engine) as worker, worker.client() as client:
        await client.warm(order("", "word " * 100))
        await until_warm(engine, 2)
        assert await text_of(client, "now") == "now"
        warmed = len(engine.warmed)
        assert await text_of(client, "and again") == "andagain"
    assert len(engine.warmed) == warmed < 20, "it is not taken up again: the rewrite read on from there"


async def test_the_newest_warm_prefill_replaces_the_last(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=0.02)
    async with serve(tmp_path, engine) as worker, worker.client() as client:
        await client.warm(order("", "old " * 100))
        await until_warm(engine, 1)
        await client.warm(order("", "new " * 3))
        async with asyncio.timeout(10):
            while engine.warmed.count("new") < 3:
                await asyncio.sleep(0.002)
        before = engine.warmed.count("old")
        await asyncio.sleep(0.1)
        assert engine.warmed.count("old") == before < 20


async def test_the_prompt_is_shown_or_refused(tmp_path: Path) -> None:
    async with serve(tmp_path, ScriptedEngine()) as worker, worker.client() as client:
        assert (await client.show_prompt(order("anything", "def f(): ..."))).prompt == "def f(): ..."
        with pytest.raises(RewriteFailed, match="too long for words") as refused:
            await client.show_prompt(order("refuse"))
        assert refused.value.reason is Reason.RANGE_TOO_LONG


async def test_a_lost_device_ends_every_rewrite_and_asks_for_a_new_process(tmp_path: Path) -> None:
    engine, lost = ScriptedEngine(pause=0.02), asyncio.Event()
    async with serve(tmp_path, engine, concurrent=4, on_lost=lost.set) as worker, worker.client() as client:
        others = [asyncio.create_task(text_of(client, "word " * 50)) for _ in range(2)]
        while len(engine.written) < 2:
            await asyncio.sleep(0.005)
        for attempt in (text_of(client, "lose the device"), *others):
            with pytest.raises(RewriteFailed, match="it is gone"):
                await attempt
        await asyncio.wait_for(lost.wait(), 10)
        assert (await client.status()).state is WorkerState.FAILED
