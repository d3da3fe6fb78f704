"""Several processes of one thread each that train one model together.

On a processor that others use too, threads that share one matrix product wait for whichever of them got no
time slice; processes meet only once a batch, to average their gradients.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import distributed, nn
from torch.multiprocessing.spawn import spawn


class Team:
    """This process among those that train the same model."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    def average(self, model: nn.Module, figures: tuple[float, ...]) -> tuple[float, ...]:
        """Average the gradients of `model` over the team, in place, and return the averages of `figures`.

        Everyone gets the same bits, so that models which began equal stay equal.
        """
        if self.size == 1:
            return figures
        gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
        parts = [gradient.flatten() for gradient in gradients] + [torch.tensor(figures, dtype=torch.float32)]
        flat = torch.cat(parts)
        distributed.all_reduce(flat)
        flat /= self.size
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()
        return tuple(flat[start:].tolist())


def run_team(size: int, work: Callable[[Team], None]) -> None:
    """Run `work` in `size` processes at once, one processor each; in this process if `size` is one.

    `work` must be picklable. An exception in one process ends all.
    """
    if size == 1:
        work(Team())
        return
    with TemporaryDirectory() as meeting_place:
        spawn(join_team, (size, Path(meeting_place) / "team", work), nprocs=size)  # type: ignore[no-untyped-call]


def join_team(rank: int, size: int, meeting_place: Path, work: Callable[[Team], None]) -> None:
    """Meet the others, then work."""
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[rank % len(processors)]})
    distributed.init_process_group("gloo", init_method=f"file://{meeting_place}", rank=rank, world_size=size)
    try:
        work(Team(rank, size))
    finally:
        distributed.destroy_process_group()
