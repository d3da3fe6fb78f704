"""What a cluster on this machine can take: replicas by editors, with forwards of a known time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ray import serve

from specedit_lsp.evaluation.cluster.editors import Experience, Habits, run_editors
from specedit_lsp.evaluation.cluster.engine import CHARACTERS_PER_FORWARD, load_simulation, rewrite_text
from specedit_lsp.evaluation.cluster.local import running_cluster
from specedit_lsp.evaluation.cluster.processes import read_processor_seconds
from specedit_lsp.evaluation.cluster.queueing import expect_throughput
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.cluster.deployment import bind_cluster
from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.cluster.users import hash_token

FORWARD_SECONDS = 0.02
REPLICAS = (1, 2, 4)
EDITORS = (1, 10, 50, 100, 200)
WARM_UP_SECONDS, SECONDS = 4.0, 10.0
"""Of each of their combinations."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination."""

    replicas: int
    editors: int
    seconds: float
    """For which it was watched."""
    seen: Experience
    expected_per_second: float
    """Rewrites that theory expects."""
    processor_seconds: dict[str, float]
    """What each part of the cluster used meanwhile."""

    @property
    def per_second(self) -> float:
        """Rewrites that ended."""
        return len(self.seen.ends) / self.seconds


@dataclass(frozen=True, slots=True)
class Scale:
    """All combinations, and what they have in common."""

    habits: Habits
    forward_seconds: float
    forwards: int
    """Of one rewrite."""
    cells: tuple[Cell, ...]

    @property
    def service_seconds(self) -> float:
        """One rewrite, alone at one replica."""
        return self.forwards * self.forward_seconds


def measure_scale(
    habits: Habits, on_cell: Callable[[Cell], None], replicas: Sequence[int] = REPLICAS
) -> Scale:
    """Measure all combinations of replicas and editors, the replicas at a node of this machine each."""
    selection = "some line of code\n" * habits.lines
    example = RewriteOrder(instruction="editor 100, rewrite 1", selection=selection)
    forwards = math.ceil(len(rewrite_text(example)) / CHARACTERS_PER_FORWARD)
    cells: list[Cell] = []
    with TemporaryDirectory() as folder, running_cluster(*([1] * max(replicas))) as cluster:
        users = _write_users(Path(folder), max(EDITORS))
        endpoints = [Endpoint(cluster.url, _token(number)) for number in range(max(EDITORS))]
        for count in replicas:
            options = ClusterOptions(users=users, num_gpus=0, min_replicas=count, max_replicas=count)
            serve.run(bind_cluster(options, load_simulation(FORWARD_SECONDS)), route_prefix="/")
            for editors in EDITORS:
                before = read_processor_seconds()
                seen = asyncio.run(run_editors(endpoints[:editors], habits, WARM_UP_SECONDS, SECONDS))
                after = read_processor_seconds()
                # The warm-up is as busy as the rest.
                share = SECONDS / (WARM_UP_SECONDS + SECONDS)
                cells.append(
                    Cell(
                        count,
                        editors,
                        SECONDS,
                        seen,
                        expect_throughput(editors, habits.think_seconds, count, forwards * FORWARD_SECONDS),
                        {part: (after[part] - before[part]) * share for part in after},
                    )
                )
                on_cell(cells[-1])
    return Scale(habits, FORWARD_SECONDS, forwards, tuple(cells))


def _token(number: int) -> str:
    return f"the token of editor {number}, for this measurement alone"


def _write_users(folder: Path, editors: int) -> Path:
    """Each editor is a user, since users share replicas evenly; the quotas are out of the way."""
    users = "".join(
        f'[users.editor-{number}]\ntoken_sha256 = "{hash_token(_token(number))}"\n'
        for number in range(editors)
    )
    path = folder / "users.toml"
    path.write_text(f"[quota]\nrewrites_per_minute = 100000\nconcurrent = 1000\n\n{users}")
    return path
