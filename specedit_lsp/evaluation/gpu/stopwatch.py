"""Times of what runs on a device, by the device's own clock where it has one."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import torch

_WARM_UPS = 3
_BATCH = 5
"""Runs between two looks at the host's clock."""


def time_on_device(call: Callable[[], object], device: torch.device, seconds: float) -> list[float]:
    """Return the seconds of each of several runs, which together take about ``seconds``.

    On a GPU a run lasts from the end of the one before to its own, so that a host which cannot launch kernels
    as fast as they are done is part of it.
    """
    for _ in range(_WARM_UPS):
        call()
    measure = _time_events if device.type == "cuda" else _time_host
    began = time.perf_counter()
    times = measure(call)
    while time.perf_counter() - began < seconds:
        times += measure(call)
    return times


def time_until_known(call: Callable[[], torch.Tensor], seconds: float) -> list[float]:
    """Return the seconds of each of several runs from the call until the host knows what came out."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < _BATCH or time.perf_counter() < until:
        began = time.perf_counter()
        call().tolist()
        times.append(time.perf_counter() - began)
    return times


def _time_host(call: Callable[[], object]) -> list[float]:
    times: list[float] = []
    for _ in range(_BATCH):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return times


def _time_events(call: Callable[[], object]) -> list[float]:
    make: Callable[..., torch.cuda.Event] = torch.cuda.Event
    marks = [make(enable_timing=True) for _ in range(_BATCH + 1)]
    marks[0].record()
    for mark in marks[1:]:
        call()
        mark.record()
    torch.cuda.synchronize()
    return [before.elapsed_time(after) / 1000 for before, after in pairwise(marks)]
