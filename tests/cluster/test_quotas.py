"""Quotas hold for a user wherever his rewrites go, and whatever dies or is broken off."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import httpx
import ray

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Failed, Reason
from specedit_lsp.worker.cluster.ray_ledger import NAME
from tests.cluster.conftest import Team, make_order, wait_until


async def test_a_quota_holds_for_all_replicas_together(team: Team) -> None:
    orders = [make_order(f"quota {number}", 20, f"workspace {number}") for number in range(6)]
    interruptions = await asyncio.gather(*(team.rewrite(order, "ben") for order in orders))
    assert sum(interruptions) >= len(orders) - 1
    assert len({pid for order in orders for pid in team.forwards(order.instruction)}) == 2


async def test_a_quota_is_refused_with_a_time_to_come_again(team: Team) -> None:
    order = make_order("first", 100)
    headers = {"Authorization": "Bearer ben's"}
    async with team.client("ben") as client, httpx.AsyncClient(base_url=team.cluster.url) as raw:
        events = client.rewrite(order)
        async with aclosing(events):
            await anext(events)
            answer = await raw.post("/v1/rewrite", content=order.to_json(), headers=headers)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert Failed.model_validate_json(answer.content).reason is Reason.TOO_MANY_REQUESTS


async def test_a_quota_holds_after_many_rewrites_were_broken_off(team: Team) -> None:
    async def break_off(workspace: int) -> None:
        async with team.client() as client:
            for number in range(50):
                order = make_order(f"break off {workspace} {number}", workspace=f"workspace {workspace}")
                async with aclosing(client.rewrite(order)) as events:
                    await anext(events)

    await asyncio.gather(*(break_off(workspace) for workspace in range(4)))
    assert await _try_beside_another(team) == {Reason.TOO_MANY_REQUESTS}


async def test_a_quota_holds_when_a_node_was_killed(team: Team) -> None:
    assert _run_in_ledger(_find_node) == _find_node(), "it is on the head, which holds the controller too"
    node = team.cluster.nodes.worker_nodes.copy().pop()
    await asyncio.to_thread(team.cluster.nodes.remove_node, node, allow_graceful=False)
    team.cluster.add_node(1)
    wait_until(lambda: len(team.running_replicas()) == 2)
    await _wait_until_held(team)


async def test_a_quota_holds_again_when_the_ledger_was_killed(team: Team) -> None:
    os.kill(_run_in_ledger(os.getpid), signal.SIGKILL)
    await _wait_until_held(team)


async def _wait_until_held(team: Team) -> None:
    async with asyncio.timeout(60):
        while await _try_beside_another(team) != {Reason.TOO_MANY_REQUESTS}:
            await asyncio.sleep(0.1)


async def _try_beside_another(team: Team) -> set[Reason | None]:
    """How rewrites in all replicas end while the user's one is under way, which is all he may have."""
    async with team.client("ben") as client:

        async def try_another(workspace: int) -> Reason | None:
            try:
                async for _ in client.rewrite(make_order("another", 1, f"workspace {workspace}")):
                    pass
            except RewriteFailed as error:
                return error.reason
            return None

        async with aclosing(client.rewrite(make_order("one", 400))) as events:
            try:
                await anext(events)
            except RewriteFailed as error:
                return {error.reason, None}
            return {await try_another(workspace) for workspace in range(8)}


def _run_in_ledger(function: Callable[[], Any]) -> Any:
    """What a function returns in the ledger's process."""
    [name] = (name for name in ray.util.list_named_actors(all_namespaces=True) if name["name"].endswith(NAME))
    ledger = ray.get_actor(name["name"], name["namespace"])
    return ray.get(ledger.__ray_call__.remote(lambda _: function()))


def _find_node() -> str:
    return str(ray.get_runtime_context().get_node_id())
