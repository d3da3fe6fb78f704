"""Other applications than that of two fixed replicas: one that grows, and the one of the documentation."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from ray import serve

from specedit_lsp.evaluation.cluster.engine import load_simulation
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Done, Piece, RewriteOrder
from specedit_lsp.worker.cluster.deployment import bind_cluster
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import Engine, Written
from tests.cluster.conftest import Team, make_order, wait_until

ORDER = RewriteOrder(
    instruction="rename total to amount",
    selection="def add(total, more):\n    total += more\n    return total\n",
    language="python",
)


async def test_rewrites_bring_replicas_and_listeners_do_not(team: Team) -> None:
    options = team.options.model_copy(update={"min_replicas": 1})
    with team.set_aside("growing"):
        application = bind_cluster(options, load_simulation(0.02, team.log))
        await asyncio.to_thread(serve.run, application, name="growing", route_prefix="/")

        async def edit_while_alone() -> None:
            while count_replicas("growing") < 2:
                await team.rewrite(make_order("grow", 100))

        async with team.client() as client:
            listeners = [client.follow_status() for _ in range(10)]
            for listener in listeners:
                await anext(listener)
            await asyncio.sleep(12)
            assert count_replicas("growing") == 1
            await asyncio.gather(*(edit_while_alone() for _ in range(4)))
            for listener in listeners:
                await listener.aclose()


async def test_the_bundled_model_writes_here_what_it_writes_at_home(team: Team) -> None:
    with team.set_aside("documented"):
        arguments = [f"users={team.options.users}", "num_gpus=0", "max_replicas=1"]
        run = subprocess.run(
            [
                Path("build/ray/bin/serve").resolve(),
                *("run", "--non-blocking", "--name", "documented", "--route-prefix", "/specedit"),
                "specedit_lsp.worker.ray_app:app",
                *arguments,
            ],
            env={**os.environ, "RAY_ADDRESS": team.cluster.nodes.address},
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        wait_until(lambda: count_replicas("documented") == 1)
        async with WorkerClient(Endpoint(f"{team.cluster.url}/specedit", "anna's")) as client:
            events = [event async for event in client.rewrite(ORDER)]
    assert isinstance(events[-1], Done)
    text = "".join(event.text for event in events if isinstance(event, Piece))
    engine = ModelEngine.load(Settings(), lambda percent: None)
    assert text == "".join(
        step.text for step in engine.rewrite(ORDER, lambda: False) if isinstance(step, Written)
    )


async def test_a_model_that_cannot_be_loaded_never_takes_part(team: Team) -> None:
    with team.set_aside("empty"):
        options = team.options.model_copy(update={"min_replicas": 1, "max_replicas": 1})
        application = bind_cluster(options, _find_no_model)
        with pytest.raises(RuntimeError):
            await asyncio.to_thread(serve.run, application, name="empty", route_prefix="/")
        deployment = serve.status().applications["empty"].deployments["specedit"]
        assert "There is no model here" in deployment.message
        assert count_replicas("empty") == 0


def _find_no_model(settings: Settings, on_progress: Callable[[int], None]) -> Engine:
    raise ModelFault("There is no model here.")


def count_replicas(application: str) -> int:
    """How many replicas of an application are ready."""
    running = serve.status().applications.get(application)
    deployments = running.deployments.values() if running else ()
    return sum(deployment.replica_states.get("RUNNING", 0) for deployment in deployments)
