"""What may die while rewrites are under way: none is lost, and none ends with another text."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from specedit_lsp.evaluation.cluster.engine import CHARACTERS_PER_FORWARD, LOSE_DEVICE, rewrite_text
from specedit_lsp.transport.faults import RewriteFailed
from tests.cluster.conftest import FORWARD_SECONDS, Team, make_order, wait_until

LINES = 200
FORWARDS = len(rewrite_text(make_order("on replica", LINES))) // CHARACTERS_PER_FORWARD


@asynccontextmanager
async def editing_all_day(team: Team, user: str, editors: int) -> AsyncIterator[list[int]]:
    """Have editors rewrite without a pause meanwhile and compare each text; yields how many each had."""
    counts = [0] * editors
    ends = asyncio.Event()

    async def edit(number: int) -> None:
        while not ends.is_set():
            order = make_order(f"{user} {number}, {counts[number]}", 10, f"workspace {number}")
            await team.rewrite(order, user)
            counts[number] += 1

    async with asyncio.TaskGroup() as group:
        for number in range(editors):
            group.create_task(edit(number))
        yield counts
        ends.set()


async def test_a_replica_is_killed_and_its_edits_go_on_elsewhere(team: Team) -> None:
    killed: list[int] = []

    def kill_when_half_is_there(text: str) -> None:
        if not killed and len(text) > FORWARDS * CHARACTERS_PER_FORWARD / 2:
            [pid] = team.forwards("on replica")
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    async with editing_all_day(team, "dora", 4) as counts:
        order = make_order("on replica", LINES)
        assert await team.rewrite(order, on_piece=kill_when_half_is_there) >= 1
    made = team.forwards("on replica")
    assert len(made) == 2
    # What had come was a draft that the other one read at once.
    assert sum(made.values()) < FORWARDS + 10
    assert sum(counts) > 4
    wait_until(lambda: len(team.running_replicas()) == 2)


async def test_a_replica_that_lost_its_device_is_replaced(team: Team) -> None:
    before = team.running_replicas()
    orders = [make_order(f"beside the loss {number}", 100, f"workspace {number}") for number in range(4)]
    rewrites = [asyncio.create_task(team.rewrite(order)) for order in orders]
    await asyncio.sleep(FORWARD_SECONDS * 5)
    async with team.client("dora") as client:
        with pytest.raises(RewriteFailed, match="simulated device is gone"):
            async for _ in client.rewrite(make_order(LOSE_DEVICE, workspace="workspace 0")):
                pass
    assert sum(await asyncio.gather(*rewrites)) >= 1
    wait_until(lambda: len(after := team.running_replicas()) == 2 and after != before)


async def test_a_rolling_update_disturbs_nobody(team: Team) -> None:
    before = team.running_replicas()
    async with editing_all_day(team, "anna", 4) as counts:
        await asyncio.to_thread(team.deploy, FORWARD_SECONDS / 2)
    assert team.running_replicas().isdisjoint(before)
    assert sum(counts) > 4


async def test_a_node_is_killed_and_its_edits_go_on_elsewhere(team: Team) -> None:
    node = team.cluster.nodes.worker_nodes.copy().pop()
    # So many that each replica has some, and has not finished them when the node dies.
    orders = [make_order(f"on node {number}", LINES, f"workspace {number}") for number in range(12)]
    rewrites = [
        asyncio.create_task(team.rewrite(order, "anna" if number % 2 else "dora"))
        for number, order in enumerate(orders)
    ]
    await asyncio.sleep(FORWARD_SECONDS * 20)
    await asyncio.to_thread(team.cluster.nodes.remove_node, node, allow_graceful=False)
    interruptions = await asyncio.gather(*rewrites)
    assert sum(interruptions) >= 1
    team.cluster.add_node(1)
    wait_until(lambda: len(team.running_replicas()) == 2)
