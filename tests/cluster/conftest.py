"""A cluster of two nodes on this machine, with an engine of known text and speed instead of a model."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ray import serve

from specedit_lsp.evaluation.cluster.engine import load_simulation, rewrite_text
from specedit_lsp.evaluation.cluster.local import LocalCluster, running_cluster
from specedit_lsp.settings import Settings, WorkerSettings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Piece, RewriteOrder
from specedit_lsp.transport.resuming import Interruption, ResumingRewriter
from specedit_lsp.worker.cluster.deployment import bind_cluster
from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.cluster.users import hash_token

FORWARD_SECONDS = 0.02
CONCURRENT, MOST_QUEUED = 4, 8
"""Of each of the two replicas."""

USERS = f"""
[quota]
rewrites_per_minute = 6000
concurrent = 100

[users.anna]
token_sha256 = "{hash_token("anna's")}"

[users.dora]
token_sha256 = "{hash_token("dora's")}"

[users.ben]
token_sha256 = "{hash_token("ben's")}"
quota = {{concurrent = 1, rewrites_per_minute = 6000}}
"""


@dataclass(frozen=True, slots=True)
class Team:
    """The cluster as the tests see it."""

    cluster: LocalCluster
    options: ClusterOptions
    log: Path
    """Of all forwards: the process and the instruction."""

    def deploy(self, seconds: float = FORWARD_SECONDS) -> None:
        """Have replicas run whose forwards take so long, in place of those that do."""
        serve.run(bind_cluster(self.options, load_simulation(seconds, self.log)), route_prefix="/")

    @contextmanager
    def set_aside(self, other: str) -> Iterator[None]:
        """Make room for another application of this name, which is deleted afterwards."""
        serve.delete("default")
        try:
            yield
        finally:
            serve.delete(other)
            self.deploy()

    def running_replicas(self) -> set[int]:
        """The processes of the replicas that run. Serve lists those that died until it misses them."""
        details = serve.context._get_global_client().get_serve_details()
        deployment = details["applications"]["default"]["deployments"]["specedit"]
        nodes = {node.node_id for node in self.cluster.nodes.list_all_nodes()}
        return {
            replica["pid"]
            for replica in deployment["replicas"]
            if replica["state"] == "RUNNING"
            and replica["node_id"] in nodes
            and Path(f"/proc/{replica['pid']}").exists()
        }

    def is_whole(self) -> bool:
        """Whether two replicas run, and orders come to both of them and to no other."""
        replicas = self.running_replicas()
        return len(replicas) == 2 and asyncio.run(self._find_who_answers()) == replicas

    async def _find_who_answers(self) -> set[int]:
        orders = [make_order(name, 1, name) for name in (uuid.uuid4().hex for _ in range(8))]
        await asyncio.gather(*(self.rewrite(order) for order in orders))
        return {pid for order in orders for pid in self.forwards(order.instruction)}

    def client(self, user: str = "anna") -> WorkerClient:
        return WorkerClient(Endpoint(self.cluster.url, f"{user}'s"))

    def forwards(self, instruction: str) -> Counter[int]:
        """How many forwards each process has made for an instruction."""
        rows = (line.split(" ", 1) for line in self.log.read_text().splitlines())
        return Counter(int(pid) for pid, said in rows if said == instruction)

    async def rewrite(
        self, order: RewriteOrder, user: str = "anna", on_piece: Callable[[str], None] = lambda text: None
    ) -> int:
        """Carry an order out as an editor does, compare its text, and return how often it was interrupted."""

        async def connect() -> WorkerClient:
            return self.client(user)

        text, interruptions = "", 0
        async with aclosing(ResumingRewriter(connect).rewrite(order)) as events:
            async for event in events:
                match event:
                    case Piece():
                        text += event.text
                        on_piece(text)
                    case Interruption():
                        interruptions += 1
                    case _:
                        pass
        assert text == rewrite_text(order)
        return interruptions


def make_order(instruction: str, lines: int = 40, workspace: str = "") -> RewriteOrder:
    """An order of its own, by its instruction."""
    return RewriteOrder(instruction=instruction, selection="some line of code\n" * lines, workspace=workspace)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that other processes bring about."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.1)


@pytest.fixture
def team(deployed_team: Team) -> Team:
    """Two replicas, one on each node, whatever died in the test before."""
    wait_until(deployed_team.is_whole, 120)
    return deployed_team


@pytest.fixture(scope="session")
def deployed_team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The cluster of all tests."""
    folder = tmp_path_factory.mktemp("team")
    users, log = folder / "users.toml", folder / "forwards"
    users.write_text(USERS)
    log.touch()
    settings = Settings(worker=WorkerSettings(concurrent=CONCURRENT, max_queued=MOST_QUEUED))
    options = ClusterOptions(users=users, num_gpus=0, min_replicas=2, max_replicas=2, settings=settings)
    with running_cluster(1, 1) as cluster:
        team = Team(cluster, options, log)
        team.deploy()
        yield team
