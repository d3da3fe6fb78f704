"""The device at hand: its name, its free memory, and how fast it reads weights."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from specedit_lsp.catalogue.memory import free_memory
from specedit_lsp.model.loading import choose_device, computes_in_bfloat16
from specedit_lsp.model.packing import pack

_ROUNDS = 5
_WIDTH = {"cpu": 4096, "cuda": 16384}
"""Of a square layer that fits no cache: 32 or 64 MB on a CPU, 512 MB on a GPU."""


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
        dtype = "bfloat16" if computes_in_bfloat16() else "float32"
        return Device(name, "cpu", dtype, free_memory())
    free, _ = torch.cuda.mem_get_info(device)
    driver = f"CUDA {torch.version.cuda}, PyTorch {torch.__version__}"
    return Device(torch.cuda.get_device_name(device), str(device), "bfloat16", free, driver)


def measure_bandwidth(device: Device) -> float:
    """Bytes of weights that the device reads in a second, the best of a few rounds; about 0.2 s.

    It runs one row through a large layer, which is what a forward of one token mostly is.
    """
    place, dtype = torch.device(device.kind), getattr(torch, device.dtype)
    width = _WIDTH[place.type]
    plain = torch.nn.Linear(width, width, bias=False, device=place, dtype=dtype).requires_grad_(False)
    layer = pack(plain)
    row = torch.ones(1, width, device=place, dtype=dtype)
    best = float("inf")
    for _ in range(_ROUNDS):
        _wait(place)
        began = time.perf_counter()
        layer(row)
        _wait(place)
        best = min(best, time.perf_counter() - began)
    return plain.weight.nbytes / best


def _wait(place: torch.device) -> None:
    if place.type == "cuda":
        torch.cuda.synchronize(place)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "CPU")
