"""The device: what it is, and the most it was seen to do."""

from __future__ import annotations

import platform
import statistics
import subprocess

import torch
import transformers

from specedit_lsp.evaluation.gpu.findings import Card, Ceiling
from specedit_lsp.evaluation.gpu.stopwatch import time_on_device

_SECONDS = 0.5
"""For each ceiling."""
_QUERY = ("clocks.sm", "clocks.mem", "clocks.max.sm", "power.draw", "power.limit", "temperature.gpu")


def choose_device() -> str:
    """Return the first GPU that PyTorch can use, else the processor."""
    return "cuda:0" if torch.cuda.is_available() else "cpu"


def describe_card(device: torch.device) -> Card:
    """Return what this device and its software are."""
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        name, memory = properties.name, properties.total_memory
    else:
        name, memory = platform.processor() or platform.machine(), 0
    return Card(
        name=name,
        memory_bytes=memory,
        driver=_ask_card(("driver_version",)) if device.type == "cuda" else "",
        torch=torch.__version__,
        transformers=transformers.__version__,
        python=platform.python_version(),
    )


def read_clocks() -> str:
    """Return what the card's own tool says of clocks, power and temperature; nothing where there is none."""
    return _ask_card(_QUERY)


def measure_copy(device: torch.device, count: int) -> Ceiling:
    """Copy ``count`` bytes from one buffer of the device to another; each is read once and written once."""
    source = torch.randn(count // 4, device=device)
    target = torch.empty_like(source)
    seconds = statistics.median(time_on_device(lambda: target.copy_(source), device, _SECONDS))
    return Ceiling("copy", 2 * source.nbytes / seconds)


def measure_product(device: torch.device, precision: str, size: int) -> Ceiling:
    """Multiply two square matrices with ``size`` rows. float32 is float32: TF32 is off.

    Random numbers: on zeros a card draws less power and runs faster.
    """
    torch.set_float32_matmul_precision("highest")
    dtype: torch.dtype = getattr(torch, precision)
    left, right = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    out = torch.empty_like(left)
    seconds = statistics.median(time_on_device(lambda: torch.mm(left, right, out=out), device, _SECONDS))
    return Ceiling(precision, 2 * size**3 / seconds)


def _ask_card(fields: tuple[str, ...]) -> str:
    command = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader", "--id=0"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    values = [value.strip() for value in run.stdout.strip().split(",")]
    if len(fields) == 1:
        return values[0]
    return ", ".join(f"{name} {value}" for name, value in zip(fields, values, strict=False))
