"""The device, and whether the model's weights and caches fit into its memory."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch

from specedit_lsp.catalogue.device import Device, describe_device
from specedit_lsp.catalogue.memory import CONTEXTS, ModelShape, read_shape
from specedit_lsp.doctor.finding import Finding
from specedit_lsp.model.checkpoint import read_config
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.model.loading import choose_dtype
from specedit_lsp.settings import ModelSettings


def check_device(settings: ModelSettings) -> tuple[Finding, Device | None]:
    """The device that the settings name."""
    try:
        device = describe_device(settings.device)
    except ModelFault as fault:
        return Finding("device", ok=False, says=str(fault), advice="Set model.device to auto."), None
    says = f"{device.name}, {device.free_bytes / 1e9:.1f} GB free"
    says = f"{says}, {device.driver}" if device.driver else says
    advice = ""
    if device.kind == "cpu" and shutil.which("nvidia-smi") and not torch.cuda.is_available():
        advice = (
            f"There is an NVIDIA driver, and PyTorch {torch.__version__} cannot use it: install a build of "
            "torch for CUDA, or a newer driver."
        )
    return Finding("device", ok=True, says=says, advice=advice), device


def check_memory(folder: Path, device: Device, settings: ModelSettings, held_bytes: int = 0) -> Finding:
    """Whether the model fits, by context length; ``held_bytes`` is what running workers hold already."""
    try:
        config, shape = read_config(folder), read_shape(folder)
    except (ModelFault, OSError, ValueError) as error:
        return Finding("memory", ok=False, says=str(error), advice="Fetch the model again.")
    dtype = str(choose_dtype(settings.dtype, torch.device(device.kind), config)).removeprefix("torch.")
    # The other GPUs that the model is split over are taken to be like the first.
    devices = 1 if device.kind == "cpu" else settings.tensor_parallel
    return judge_memory(shape, dtype, device.free_bytes * devices + held_bytes)


def judge_memory(shape: ModelShape, dtype: str, free_bytes: int) -> Finding:
    """Compare what a model needs for each context length with the memory there is."""
    contexts = [tokens for tokens in CONTEXTS if tokens < shape.context] + [shape.context]
    contexts = [tokens for tokens in contexts if tokens <= max(CONTEXTS)] or [max(CONTEXTS)]
    needs = {tokens: shape.needed_bytes(tokens, dtype) for tokens in contexts}
    told = ", ".join(f"{_thousands(tokens)} tokens {need / 1e9:.2f} GB" for tokens, need in needs.items())
    says = (
        f"{shape.parameters / 1e6:.0f} million parameters in {dtype}: {told}; free {free_bytes / 1e9:.1f} GB"
    )
    if needs[contexts[0]] > free_bytes:
        advice = (
            "The model does not fit. Close what else uses the memory, choose a smaller one "
            "(`specedit models`), set model.quantization, or split it over GPUs by model.tensorParallel."
        )
        return Finding("memory", ok=False, says=says, advice=advice)
    fitting = max(tokens for tokens, need in needs.items() if need <= free_bytes)
    advice = (
        "" if fitting == contexts[-1] else f"Longer rewrites than {_thousands(fitting)} tokens will fail."
    )
    return Finding("memory", ok=True, says=says, advice=advice)


def _thousands(tokens: int) -> str:
    return f"{tokens // 1024}k" if tokens >= 1024 else str(tokens)
