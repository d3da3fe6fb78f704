"""Fairness between clients, told by forwards that are counted: no clocks."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from statistics import quantiles
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.transport.messages import Alive, Done, Failed, Reason
from specedit_lsp.worker.queue.admission import MOST_PROMPTS, ComeAgain
from specedit_lsp.worker.queue.tickets import RewriteTicket
from specedit_lsp.worker.queue.turns import Turn, Turns
from tests.worker.stepped_engine import SteppedEngine, next_event, order, read, start_service

Tell = Callable[[str, object], None]


async def test_ten_rewrites_get_no_more_than_one(record_property: Tell) -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    many = [service.submit(order("many", 30), "many") for _ in range(10)]
    single = service.submit(order("single", 30), "single")
    engine.let()
    await asyncio.gather(*(read(service, ticket) for ticket in (*many, single)))
    assert Counter(engine.forwards) == {"many": 300, "single": 30}
    first, last = engine.forwards.index("single"), 329 - engine.forwards[::-1].index("single")
    together = Counter(engine.forwards[first : last + 1])
    assert first <= 1, "it begins at once"
    assert abs(together["many"] - together["single"]) <= 1
    record_property("told", f"forwards while both had work: {dict(together)}, ten rewrites against one")


async def test_within_a_client_rewrites_take_turns_too() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    tickets = [service.submit(order(name, 4), "one") for name in ("first", "second")]
    engine.let()
    await asyncio.gather(*(read(service, ticket) for ticket in tickets))
    assert engine.forwards == ["first", "second"] * 4


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(1, 60))
def test_clients_with_work_are_never_more_than_one_forward_apart(rewrites: list[int], forwards: int) -> None:
    turns = Turns()
    for client, count in enumerate(rewrites):
        for _ in range(count):
            ticket = cast(RewriteTicket, SimpleNamespace(client=str(client), may_advance=True))
            turns.add(Turn(ticket, SteppedEngine().rewrite(order("any", 1), lambda: True)))
    made = Counter(turn.ticket.client for _ in range(forwards) if (turn := turns.next()))
    counts = [made[str(client)] for client in range(len(rewrites))]
    assert sum(counts) == forwards
    assert max(counts) - min(counts) <= 1


async def test_a_newcomer_need_not_wait_for_a_rewrite_to_end() -> None:
    engine = SteppedEngine()
    service = start_service(engine, slots=2)
    many = [service.submit(order("many", 50), "many") for _ in range(3)]
    engine.let(5)
    await engine.until_begun(6)
    newcomer = service.submit(order("new", 2), "new")
    reading = [asyncio.create_task(read(service, ticket)) for ticket in (*many, newcomer)]
    engine.let()
    await asyncio.gather(*reading)
    assert "new" in engine.forwards[5:8]
    assert set(engine.forwards[:6]) == {"many"}


async def test_the_place_in_the_line_is_told_at_once_and_exactly() -> None:
    engine = SteppedEngine()
    service = start_service(engine, slots=1)
    first, second, third = (service.submit(order(name, 1), name) for name in "abc")
    seconds, thirds = service.events(second), service.events(third)
    assert await next_event(seconds) == Alive(ahead=1)
    assert await next_event(thirds) == Alive(ahead=2)
    service.withdraw(second)
    assert await next_event(thirds) == Alive(ahead=1)
    engine.let()
    assert isinstance((await read(service, first))[-1], Done)
    assert await next_event(thirds) == Alive(ahead=0)
    assert service.board.current.queued == 0


async def test_the_line_is_fair_and_says_so() -> None:
    engine = SteppedEngine()
    service = start_service(engine, slots=1)
    many = [service.submit(order("many", 1), "many") for _ in range(4)]
    other = service.submit(order("other", 1), "other")
    assert await next_event(service.events(other)) == Alive(ahead=1), "it comes before many's second"
    assert await next_event(service.events(many[3])) == Alive(ahead=4)
    engine.let()
    await asyncio.gather(*(read(service, ticket) for ticket in (*many, other)))
    assert engine.forwards == ["many", "other", "many", "many", "many"]


async def test_no_forward_is_begun_for_one_who_has_left(record_property: Tell) -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    leaver = service.submit(order("leaver", 100), "leaver")
    engine.let(5)
    await engine.until_begun(6)
    service.withdraw(leaver)
    stayer = service.submit(order("stayer", 3), "stayer")
    engine.let()
    await read(service, stayer)
    after = engine.forwards[5:].count("leaver")
    assert after == 1, "the one that was under way"
    record_property("told", f"forwards finished after a client left: {after}; begun after it: 0")


async def test_one_who_leaves_the_line_costs_no_forward() -> None:
    engine = SteppedEngine()
    service = start_service(engine, slots=1)
    first = service.submit(order("first", 2), "first")
    service.withdraw(service.submit(order("gone", 2), "gone"))
    engine.let()
    await read(service, first)
    assert engine.forwards == ["first"] * 2


async def test_warm_ups_wait_for_every_rewrite_and_each_client_has_its_newest() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    rewrite = service.submit(order("rewrite", 3), "one")
    await engine.until_begun(1)
    for client, name in (("two", "old"), ("three", "other"), ("two", "new")):
        service.warm(order(name, 2), client)
    engine.let()
    await read(service, rewrite)
    await engine.until_done(7)
    assert engine.forwards == [*["rewrite"] * 3, *["~other"] * 2, *["~new"] * 2]


async def test_a_warm_up_goes_on_after_the_rewrite_of_somebody_else() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    service.warm(order("slow", 3), "one")
    await engine.until_begun(1)
    rewrite = service.submit(order("now", 2), "two")
    engine.let()
    await read(service, rewrite)
    await engine.until_done(6)
    assert engine.forwards[:3] == ["~slow", "now", "now"], "it gives way within one forward"
    assert engine.forwards[3:] == ["~slow"] * 3, "the engine finds by itself what was read"


async def test_a_full_line_refuses_and_says_when_to_come_again() -> None:
    service = start_service(SteppedEngine(), slots=2, most=4)
    for client in "ab" * 3:
        service.submit(order(client, 1), client)
    with pytest.raises(ComeAgain, match="6 rewrites are waiting already") as full:
        service.submit(order("c", 1), "c")
    assert full.value.reason is Reason.QUEUE_FULL
    assert 1 <= full.value.seconds <= 60


async def test_one_client_fills_no_more_than_half() -> None:
    service = start_service(SteppedEngine(), slots=2, most=4)
    for _ in range(3):
        service.submit(order("a", 1), "a")
    with pytest.raises(ComeAgain, match="3 of your rewrites are waiting already"):
        service.submit(order("a", 1), "a")
    service.submit(order("b", 1), "b")


async def test_prompts_are_bounded_too() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    asking = [asyncio.create_task(service.show_prompt(order("p", 1))) for _ in range(MOST_PROMPTS)]
    await engine.until_begun(1)
    with pytest.raises(ComeAgain, match="prompts are waiting"):
        await service.show_prompt(order("p", 1))
    engine.let()
    assert len(await asyncio.gather(*asking)) == MOST_PROMPTS
    assert (await service.show_prompt(order("p", 1))).model == "stepped"


async def test_one_who_asked_for_a_prompt_and_left_breaks_nothing() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    asking = [asyncio.create_task(service.show_prompt(order("p", 1))) for _ in range(2)]
    await engine.until_begun(1)
    for question in asking:
        question.cancel()
    engine.let()
    assert (await service.show_prompt(order("p", 1))).model == "stepped"


async def test_a_retiring_worker_finishes_what_it_accepted() -> None:
    engine = SteppedEngine()
    service = start_service(engine, slots=1)
    accepted = [service.submit(order(name, 2), name) for name in "ab"]
    service.retire()
    assert service.is_retiring
    with pytest.raises(ComeAgain, match="another one takes its place") as refusal:
        service.submit(order("c", 1), "c")
    assert refusal.value.reason is Reason.WORKER_RETIRING
    with pytest.raises(ComeAgain, match="another one takes its place"):
        await service.show_prompt(order("c", 1))
    service.warm(order("c", 1), "c")
    assert service.idle_seconds() == 0
    engine.let()
    for ticket in accepted:
        assert isinstance((await read(service, ticket))[-1], Done)
    assert engine.forwards == [*"aabb"]
    assert service.idle_seconds() > 0


async def test_who_follows_or_waits_is_counted_and_keeps_the_worker() -> None:
    engine = SteppedEngine()
    service = start_service(engine)
    assert service.idle_seconds() > 0
    following = [service.follow_status(client) for client in ("one", "one", "two")]
    for updates in following:
        await anext(updates)
    assert service.board.current.clients == 2
    ticket = service.submit(order("three", 1), "three")
    assert service.board.current.clients == 3
    for updates in following:
        await updates.aclose()
    assert (service.board.current.clients, service.idle_seconds()) == (1, 0)
    service.withdraw(ticket)
    assert service.board.current.clients == 0
    assert service.idle_seconds() >= 0


async def test_a_rewrite_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specedit_lsp.worker.queue.rotation.MOST_REWRITE_SECONDS", -1.0)
    engine = SteppedEngine()
    service = start_service(engine)
    (ending,) = await read(service, service.submit(order("long", 100), "one"))
    assert isinstance(ending, Failed)
    assert ending.reason is Reason.TIME_LIMIT
    assert "Select less" in ending.message
    monkeypatch.undo()
    engine.let()
    assert isinstance((await read(service, service.submit(order("next", 1), "one")))[-1], Done)


async def test_admission_takes_no_time_worth_mentioning(record_property: Tell) -> None:
    service = start_service(SteppedEngine(), slots=4, most=2_000)
    seconds = []
    for number in range(1_000):
        began = time.perf_counter()
        service.submit(order("a", 1), str(number % 50))
        seconds.append(time.perf_counter() - began)
    cuts = quantiles([1e6 * each for each in seconds[:32]], n=20)
    full = quantiles([1e6 * each for each in seconds[-100:]], n=20)
    assert len(seconds) == 1_000
    record_property(
        "told",
        f"admission in µs, p50/p95: {cuts[9]:.0f}/{cuts[18]:.0f} with up to 32 in line, "
        f"{full[9]:.0f}/{full[18]:.0f} with 1,000",
    )
