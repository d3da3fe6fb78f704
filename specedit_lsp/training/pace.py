"""How many threads to compute with on a machine that others use at the same time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch

IDLE_SHARE = 0.42  # of all processors, above which a second thread is tried
WORTH_IT = 0.72  # of the time of one thread: above it the threads wait for each other
PATIENCE = 6  # steps on one thread after a disappointment


class Pace:
    """Switches between one thread and all of them, step by step.

    Several threads beside busy neighbours are up to ten times slower than one: each parallel region waits
    for the thread that got no time slice.
    """

    def __init__(self) -> None:
        self.threads = 1
        self.alone: float | None = None  # seconds per token with one thread, a running mean
        self.patience = 0
        self.start_step()

    def start_step(self) -> None:
        """Note the time at which a step begins."""
        torch.set_num_threads(self.threads)
        self.began = time.monotonic()
        self.idle, self.total = read_processor_time()

    def end_step(self, tokens: int) -> None:
        """Choose the threads of the next step from how this one went."""
        seconds = (time.monotonic() - self.began) / tokens
        idle, total = read_processor_time()
        share = (idle - self.idle) / max(total - self.total, 1)
        if self.threads == 1:
            self.alone = seconds if self.alone is None else 0.8 * self.alone + 0.2 * seconds
            self.patience = max(self.patience - 1, 0)
            if share > IDLE_SHARE and not self.patience:
                self.threads = os.cpu_count() or 1
        elif self.alone is not None and seconds > WORTH_IT * self.alone:
            self.threads, self.patience = 1, PATIENCE


def read_processor_time() -> tuple[int, int]:
    """Idle and total ticks of all processors since the machine started; zeros where that is not known."""
    statistics = Path("/proc/stat")
    if not statistics.exists():
        return 0, 0
    with statistics.open() as lines:
        ticks = [int(field) for field in lines.readline().split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)
