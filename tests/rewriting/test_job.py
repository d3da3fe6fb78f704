"""Jobs, from a worker's events to changes delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.rewriting.flush_policy import FlushPolicy, flushing
from specedit_lsp.rewriting.job import RewriteJob, run_job
from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.settings import StreamSettings
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.transport.client import RewriteFailed
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
from specedit_lsp.transport.resuming import Interruption

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)
AT_ONCE = FlushPolicy(interval=0)


class ScriptedWorker:
    """Answers every order with the same events."""

    def __init__(self, *pieces: str, ends: bool = True, waits: int = 0) -> None:
        self._pieces, self._ends, self._waits = pieces, ends, waits
        self.orders: list[RewriteOrder] = []
        self.closed = False

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Interruption | Done, None]:
        self.orders.append(order)
        try:
            for ahead in range(self._waits, 0, -1):
                yield Alive(ahead=ahead)
            for seq, text in enumerate(self._pieces):
                await asyncio.sleep(0)
                yield Piece(seq=seq, text=text)
            if not self._ends:
                raise RewriteFailed(Reason.WORKER_CRASHED, "gone")
            yield Done(sha256=digest("".join(self._pieces)), stats=STATS)
        finally:
            self.closed = True


class Screen:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.batches: list[list[TextChange]] = []
        self.heard: list[int] = []
        self.interruptions: list[str] = []

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        self.batches.append([*changes])

    async def waiting(self, ahead: int) -> None:
        self.heard.append(ahead)

    async def interrupted(self, message: str) -> None:
        self.interruptions.append(message)


def job(region: str) -> RewriteJob:
    return RewriteJob(job_id="j", region=region, instruction="do it")


async def test_line_ends_are_the_documents_own() -> None:
    worker, screen = ScriptedWorker("a = 1\n", "c = 3\n"), Screen()
    outcome = await run_job(job("a = 1\r\nb = 2\r\n"), worker, screen, AT_ONCE)
    assert worker.orders[0].selection == "a = 1\nb = 2\n"
    assert outcome.kind is OutcomeKind.DONE
    assert outcome.text == "a = 1\r\nc = 3\r\n"


async def test_a_part_of_a_line_takes_its_line_ends_from_around_it() -> None:
    screen = Screen()
    part = RewriteJob(job_id="j", region="a", instruction="do it", before="x\r\n", after="y\r\n")
    outcome = await run_job(part, ScriptedWorker("a\nb"), screen, AT_ONCE)
    assert outcome.text == "a\r\nb"


async def test_the_model_does_not_read_its_instruction_and_the_region_loses_it() -> None:
    worker, screen = ScriptedWorker("b\n"), Screen()
    commented = RewriteJob(job_id="j", region="# do it\na\n", instruction="do it", selection="a\n")
    outcome = await run_job(commented, worker, screen, AT_ONCE)
    assert worker.orders[0].selection == "a\n"
    assert (outcome.kind, outcome.text) == (OutcomeKind.DONE, "b\n")


async def test_a_selection_that_stays_the_same_is_unchanged() -> None:
    commented = RewriteJob(job_id="j", region="# do it\na\n", instruction="do it", selection="a\n")
    outcome = await run_job(commented, ScriptedWorker("a\n"), Screen(), AT_ONCE)
    assert outcome.kind is OutcomeKind.UNCHANGED


async def test_who_wrote_what_is_kept_in_order() -> None:
    pieces = [("a\n", "selection"), ("b\n", "target")]
    origins = [Origin(length=len(text), source=source, forward=1) for text, source in pieces]

    class Attributing(ScriptedWorker):
        async def rewrite(
            self, order: RewriteOrder
        ) -> AsyncGenerator[Piece | Alive | Interruption | Done, None]:
            for seq, ((text, _), origin) in enumerate(zip(pieces, origins, strict=True)):
                yield Piece(seq=seq, text=text, origins=(origin,))
            yield Done(sha256=digest("a\nb\n"), stats=STATS)

    outcome = await run_job(job("a\n"), Attributing(), Screen(), AT_ONCE)
    assert outcome.origins == tuple(origins)


async def test_text_that_stays_the_same_is_unchanged() -> None:
    screen = Screen()
    outcome = await run_job(job("a\nb\n"), ScriptedWorker("a\n", "b\n"), screen, AT_ONCE)
    assert outcome.kind is OutcomeKind.UNCHANGED
    assert screen.batches == []


async def test_an_interruption_is_passed_on_and_nothing_is_lost() -> None:
    class Interrupting(ScriptedWorker):
        async def rewrite(
            self, order: RewriteOrder
        ) -> AsyncGenerator[Piece | Alive | Interruption | Done, None]:
            yield Piece(seq=0, text="a\n")
            yield Interruption("the connection was lost", 0.5)
            yield Piece(seq=1, text="c\n")
            yield Done(sha256=digest("a\nc\n"), stats=STATS)

    screen = Screen()
    outcome = await run_job(job("a\nb\n"), Interrupting(), screen, AT_ONCE)
    assert outcome.text == "a\nc\n"
    assert screen.interruptions == ["the connection was lost"]


async def test_a_stream_that_breaks_off_fails_and_nothing_follows() -> None:
    screen = Screen()
    worker = ScriptedWorker("x\ny\nz\n", ends=False)
    with pytest.raises(RewriteFailed, match="gone"):
        await run_job(job("a\nb\n"), worker, screen, AT_ONCE)
    delivered = len(screen.batches)
    await asyncio.sleep(0.02)
    assert len(screen.batches) == delivered
    assert worker.closed


async def test_cancelling_closes_the_stream() -> None:
    worker, screen = ScriptedWorker(*["line\n"] * 10_000), Screen()
    with anyio.move_on_after(0.02) as scope:
        await run_job(job("a\n"), worker, screen, AT_ONCE)
    assert scope.cancelled_caught
    assert worker.closed


async def test_waiting_is_passed_on() -> None:
    screen = Screen()
    await run_job(job("a\n"), ScriptedWorker("a\n", waits=2), screen, AT_ONCE)
    assert screen.heard == [2, 1]


@given(region=st.text("ab\n", max_size=30), answer=st.text("abc\n", max_size=30), at_end=st.booleans())
def test_what_is_delivered_is_the_answer(region: str, answer: str, at_end: bool) -> None:
    screen = Screen()
    worker = ScriptedWorker(*answer)
    policy = FlushPolicy(interval=0, at_end=at_end)
    outcome = asyncio.run(run_job(job(region), worker, screen, policy))
    changes = [change for batch in screen.batches for change in batch]
    assert apply_changes(region, changes) == outcome.text == normalise_line_ends(answer)
    assert list(outcome.changes) == changes
    assert not (at_end and len(screen.batches) > 1)


async def test_the_first_hunk_leaves_at_once_and_the_rest_together() -> None:
    screen = Screen()
    changes = [TextChange(number, number, "x") for number in range(5)]
    async with flushing(screen.deliver, FlushPolicy(interval=60)) as flush:
        flush(changes[:1])
        await asyncio.sleep(0.01)
        assert screen.batches == [changes[:1]]
        for change in changes[1:]:
            flush([change])
            await asyncio.sleep(0.001)
        assert len(screen.batches) == 1
    assert screen.batches == [changes[:1], changes[1:]]


@pytest.mark.parametrize(
    ("mode", "interval", "at_end"), [("line", 0, False), ("hunk", 0.03, False), ("atomic", 0.03, True)]
)
def test_the_users_mode_decides_when_hunks_leave(
    mode: Literal["line", "hunk", "atomic"], interval: float, at_end: bool
) -> None:
    assert FlushPolicy.of(StreamSettings(mode=mode)) == FlushPolicy(interval, at_end)


async def test_a_failing_editor_ends_the_job_with_its_own_error() -> None:
    class Broken(Screen):
        async def deliver(self, changes: Sequence[TextChange]) -> None:
            raise LookupError("no such editor")

    worker = ScriptedWorker(*["line\n"] * 10_000)
    with pytest.raises(LookupError, match="no such editor"):
        await run_job(job("a\n"), worker, Broken(), AT_ONCE)
    assert worker.closed
