"""A cluster serves: the same routes, for several users, from several nodes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx
import pytest

from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.faults import Interrupted, RewriteFailed
from specedit_lsp.transport.messages import Piece, Reason, RewriteOrder, WorkerState
from specedit_lsp.worker.cluster.ray_meter import name_exported
from specedit_lsp.worker.queue.metrics import METRICS
from tests.cluster.conftest import CONCURRENT, MOST_QUEUED, Team, make_order, wait_until


async def test_many_streams_at_once_have_their_texts(team: Team) -> None:
    orders = [make_order(f"many {number}", workspace=f"workspace {number}") for number in range(16)]
    await asyncio.gather(*(team.rewrite(order) for order in orders))
    used = {pid for order in orders for pid in team.forwards(order.instruction)}
    assert len(used) == 2


async def test_a_workspace_stays_with_its_replica(team: Team) -> None:
    for workspace in range(6):
        for time in range(3):
            await team.rewrite(make_order(f"home {workspace} {time}", 1, f"workspace {workspace}"))
    homes = [
        {pid for time in range(3) for pid in team.forwards(f"home {workspace} {time}")}
        for workspace in range(6)
    ]
    assert all(len(home) == 1 for home in homes)
    assert len(set.union(*homes)) == 2


async def test_a_workspace_moves_on_when_its_replica_is_busy(team: Team) -> None:
    orders = [make_order(f"crowd {number}", 20, "one workspace") for number in range(24)]
    assert len(orders) > CONCURRENT + MOST_QUEUED
    # One user may take no more than half of a replica's places.
    interruptions = await asyncio.gather(
        *(team.rewrite(order, "anna" if number % 2 else "dora") for number, order in enumerate(orders))
    )
    assert sum(interruptions) > 0
    assert len({pid for order in orders for pid in team.forwards(order.instruction)}) == 2


async def test_a_cancelled_rewrite_stops_within_a_forward(team: Team) -> None:
    async with team.client() as client:
        events = client.rewrite(make_order("cancel me", 400))
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Piece) and event.seq == 5:
                    break
    [made] = team.forwards("cancel me").values()
    await asyncio.sleep(0.5)
    [later] = team.forwards("cancel me").values()
    # One was under way, and one may have begun before the news came.
    assert later - made <= 2


async def test_overload_is_refused_with_a_time_to_come_again(team: Team) -> None:
    async with team.client() as client:
        orders = [make_order(f"overload {number}", workspace="one") for number in range(20)]
        ends = await asyncio.gather(*(_run(client, order) for order in orders))
    refusals = [end for end in ends if end is not None]
    assert 0 < len(refusals) < len(orders)
    assert {refusal.reason for refusal in refusals} == {Reason.QUEUE_FULL}
    assert all(isinstance(refusal, Interrupted) and refusal.retry_after for refusal in refusals)


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer nobody's", "Bearer anna", "Basic anna's"])
async def test_strangers_are_refused(team: Team, said: str) -> None:
    async with httpx.AsyncClient(base_url=team.cluster.url) as raw:
        answer = await raw.get("/v1/status", headers={"Authorization": said})
    assert answer.status_code == 401


async def test_users_cannot_retire_a_replica(team: Team) -> None:
    async with team.client() as client:
        with pytest.raises(RewriteFailed):
            await client.retire()
        assert (await client.status()).state is WorkerState.READY


async def test_every_metric_is_exported(team: Team) -> None:
    await team.rewrite(make_order("count me", 2))
    async with team.client() as client:
        with pytest.raises(RewriteFailed):
            await client.retire()

    def find_missing() -> set[str]:
        text = "".join(httpx.get(url).text for url in team.cluster.metrics_urls())
        return {name for metric in METRICS if f"\n{(name := name_exported(metric))}{{" not in text}

    wait_until(lambda: not find_missing(), 30)


async def _run(client: WorkerClient, order: RewriteOrder) -> RewriteFailed | None:
    try:
        async for _ in client.rewrite(order):
            pass
    except RewriteFailed as error:
        return error
    return None
