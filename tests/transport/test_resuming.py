"""Rewrites over connections that break: the user gets the same text, once, or none."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.transport import resuming
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import Interrupted, RewriteFailed
from specedit_lsp.transport.messages import (
    Alive,
    Done,
    Origin,
    Piece,
    Reason,
    RewriteOrder,
    RewriteStats,
    digest,
)
from specedit_lsp.transport.resuming import Interruption, ResumingRewriter

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)
ORDER = RewriteOrder(instruction="a", selection="b")
LOST = Interrupted(Reason.WORKER_CRASHED, "The connection was lost.")


class FaultyWorker:
    """Writes a text, each try up to its own place and in pieces of its own size, then fails."""

    def __init__(self, *tries: tuple[str, int, RewriteFailed | None]) -> None:
        """Each try: the text, the size of its pieces, and what it ends with instead of ``Done``."""
        self._tries = iter(tries)
        self.orders: list[RewriteOrder] = []
        self.open = 0

    async def connect(self) -> Connection:
        return cast("Connection", self)

    async def __aenter__(self) -> FaultyWorker:
        self.open += 1
        return self

    async def __aexit__(self, *error: object) -> None:
        self.open -= 1

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        self.orders.append(order)
        text, size, failure = next(self._tries)
        for seq, at in enumerate(range(0, len(text), size)):
            piece = text[at : at + size]
            origin = Origin(length=len(piece), source=f"try {len(self.orders)}", forward=1)
            yield Piece(seq=seq, text=piece, origins=(origin,))
        if failure:
            raise failure
        yield Done(sha256=digest(text), stats=STATS)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming, "BACK_OFF_SECONDS", (0.0, 0.0, 0.0))
        patch.setattr(random, "uniform", lambda low, high: 0.0)
        yield


async def outcome_of(worker: FaultyWorker) -> list[Piece | Alive | Interruption | Done]:
    return [event async for event in ResumingRewriter(worker.connect).rewrite(ORDER)]


@given(
    text=st.text("ab\n", min_size=1, max_size=20),
    tries=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 7)), max_size=3),
)
def test_an_interrupted_rewrite_brings_the_same_text_once(text: str, tries: list[tuple[int, int]]) -> None:
    worker = FaultyWorker(*[(text[:reach], size, LOST) for reach, size in tries], (text, 3, None))
    events = asyncio.run(outcome_of(worker))
    pieces = [event for event in events if isinstance(event, Piece)]
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.seq for piece in pieces] == [*range(len(pieces))]
    for piece in pieces:
        assert sum(origin.length for origin in piece.origins) == len(piece.text)
    assert isinstance(events[-1], Done)
    assert sum(isinstance(event, Interruption) for event in events) == len(tries)
    assert worker.open == 0


async def test_what_was_delivered_is_the_draft_of_the_next_try() -> None:
    worker = FaultyWorker(("one two", 4, LOST), ("one two three", 5, None))
    await outcome_of(worker)
    assert [order.verified for order in worker.orders] == ["", "one two"]
    assert {order.instruction for order in worker.orders} == {"a"}


async def test_text_keeps_the_origin_that_it_had_when_it_was_delivered() -> None:
    events = await outcome_of(FaultyWorker(("abc", 3, LOST), ("abcde", 5, None)))
    pieces = [event for event in events if isinstance(event, Piece)]
    origins = [(origin.source, origin.length) for piece in pieces for origin in piece.origins]
    assert origins == [("try 1", 3), ("try 2", 2)]


async def test_the_user_hears_of_the_pause_and_of_its_end() -> None:
    events = await outcome_of(FaultyWorker(("a", 1, LOST), ("ab", 1, None)))
    assert [type(event) for event in events] == [Piece, Interruption, Alive, Piece, Done]
    assert isinstance(events[1], Interruption)
    assert events[1].message == "reconnecting: The connection was lost."


@pytest.mark.parametrize("second", ["other", "on", "onE two three"])
async def test_another_answer_is_a_failure_and_none_of_it_is_delivered(second: str) -> None:
    worker = FaultyWorker(("one two", 7, LOST), (second, 2, None))
    delivered = ""

    async def deliver() -> None:
        nonlocal delivered
        async for event in ResumingRewriter(worker.connect).rewrite(ORDER):
            delivered += event.text if isinstance(event, Piece) else ""

    with pytest.raises(RewriteFailed, match="began otherwise") as failed:
        await deliver()
    assert failed.value.reason is Reason.OUTPUT_DIFFERS
    assert delivered == "one two"


async def test_a_worker_that_dies_again_and_again_fails_the_rewrite() -> None:
    worker = FaultyWorker(*[("one", 1, LOST)] * 9)
    with pytest.raises(RewriteFailed, match="3 further tries brought nothing") as failed:
        await outcome_of(worker)
    assert failed.value.reason is Reason.WORKER_CRASHED
    assert not isinstance(failed.value, Interrupted)
    assert len(worker.orders) == 4


async def test_as_long_as_text_comes_it_goes_on() -> None:
    text = "abcdefghij"
    worker = FaultyWorker(*[(text[:reach], 1, LOST) for reach in range(1, 10)], (text, 1, None))
    events = await outcome_of(worker)
    assert "".join(event.text for event in events if isinstance(event, Piece)) == text


async def test_a_refusal_is_not_tried_again() -> None:
    worker = FaultyWorker(("", 1, RewriteFailed(Reason.RANGE_TOO_LONG, "too long")))
    with pytest.raises(RewriteFailed, match="too long"):
        await outcome_of(worker)


async def test_a_worker_without_time_is_asked_again_when_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Interrupted(Reason.QUEUE_FULL, "16 rewrites are waiting already.", retry_after=7)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("anyio.sleep", sleep)
    await outcome_of(FaultyWorker(*[("", 1, full)] * 5, ("a", 1, None)))
    assert slept == [7] * 5


async def test_a_worker_without_time_is_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "PATIENCE_SECONDS", 0.05)
    full = Interrupted(Reason.QUEUE_FULL, "16 rewrites are waiting already.", retry_after=0.01)
    with pytest.raises(RewriteFailed, match=r"waiting already\. Given up") as failed:
        await outcome_of(FaultyWorker(*[("", 1, full)] * 20))
    assert failed.value.reason is Reason.QUEUE_FULL


async def test_closing_it_closes_the_connection() -> None:
    worker = FaultyWorker(("abc", 1, None))
    events = ResumingRewriter(worker.connect).rewrite(ORDER)
    await anext(events)
    await events.aclose()
    assert worker.open == 0
