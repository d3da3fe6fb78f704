"""What this machine can do: threads to use, what forwards cost, and how exact they are."""

from __future__ import annotations

import os

from specedit_lsp.decoding.cost_model import CostModel
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner

_MEASURED_CONTEXT = 256
"""Tokens before the rows whose cost is measured."""


def choose_threads() -> int:
    """All cores that this process may use but one, which the editor keeps.

    A forward waits for its slowest thread hundreds of times; one that shares its core with others makes
    it tens of times slower, not half as fast.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, usable - 1)


def measure_costs(runner: ModelRunner, width: int) -> CostModel:
    """Return what forwards cost on this machine, up to ``width`` draft tokens behind a usual prompt."""
    context = min(_MEASURED_CONTEXT, runner.max_context // 4)

    def forward(rows: int) -> None:
        runner.forward([0], [0] * (rows - 1))
        runner.keep(rows, [])

    runner.begin()
    runner.forward([0] * context)
    return CostModel.measure(forward, 1 + min(width, runner.count_free(1)))


def describe_inexactness(loaded: LoadedModel, worst: float) -> str:
    """Return what the user must know of a device on which scores move by ``worst``."""
    if not worst:
        return ""
    return (
        f"On {loaded.device} in {str(loaded.dtype).removeprefix('torch.')} the output may differ from plain "
        f"decoding where the model is undecided (scores move by up to {worst:.2g})."
    )
