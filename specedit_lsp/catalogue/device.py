"""The device at hand: its name, its free memory, and how fast it reads weights."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from specedit_lsp.catalogue.memory import free_memory
from specedit_lsp.model.loading import choose_device

_ROUNDS = 5
_ROWS = {"cpu": 4096, "cuda": 16384}
"""Of a square matrix that fits no cache: 64 MB on a CPU, 512 MB on a GPU."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a model would run on."""

    name: str
    """As a person calls it."""
    kind: str
    """``cpu`` or ``cuda:N``."""
    dtype: str
    """What ``model.dtype`` is on it by default, for a checkpoint in bfloat16."""
    free_bytes: int
    driver: str = ""


def describe_device(setting: str) -> Device:
    """Return the device that ``model.device`` means.

    Raises:
        UnsupportedModel: there is no such device.
    """
    device = choose_device(setting)
    if device.type == "cpu":
        name = f"{_processor()}, {torch.get_num_threads()} threads"
        return Device(name, "cpu", "float32", free_memory())
    free, _ = torch.cuda.mem_get_info(device)
    driver = f"CUDA {torch.version.cuda}, PyTorch {torch.__version__}"
    return Device(torch.cuda.get_device_name(device), str(device), "bfloat16", free, driver)


def measure_bandwidth(device: Device) -> float:
    """Bytes of weights that the device reads in a second, the best of a few rounds; about 0.2 s.

    It multiplies a large matrix by one vector, which is what a forward of one token mostly is.
    """
    place = torch.device(device.kind)
    rows = _ROWS[place.type]
    matrix = torch.ones(rows, rows, device=place, dtype=getattr(torch, device.dtype))
    vector = torch.ones(rows, device=place, dtype=matrix.dtype)
    best = float("inf")
    for _ in range(_ROUNDS):
        _wait(place)
        began = time.perf_counter()
        torch.mv(matrix, vector)
        _wait(place)
        best = min(best, time.perf_counter() - began)
    return matrix.nbytes / best


def _wait(place: torch.device) -> None:
    if place.type == "cuda":
        torch.cuda.synchronize(place)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
