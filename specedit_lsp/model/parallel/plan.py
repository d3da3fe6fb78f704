"""How a model is split over devices: by transformers' own plan, and what stands against that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any

import torch
from transformers import PretrainedConfig

from specedit_lsp.model.faults import UnsupportedModel
from specedit_lsp.settings import ModelSettings

_KEY_PROJECTIONS = ("k_proj", "qkv_proj", "query_key_value")
"""Layers whose output holds the attention's keys, alone or with others, in transformers' models."""


def check_split(config: PretrainedConfig, settings: ModelSettings) -> None:
    """Refuse what ``settings.tensor_parallel`` cannot do on this machine, or with such a model.

    Raises:
        UnsupportedModel: with what to do about it.
    """
    size = settings.tensor_parallel
    if settings.quantization != "none":
        raise UnsupportedModel(
            f"model.quantization is {settings.quantization} and model.tensorParallel is {size}: weights that "
            "torchao quantises cannot be split. Set quantization to none, or tensorParallel to 1."
        )
    if not torch.distributed.is_available():
        raise UnsupportedModel(
            f"model.tensorParallel is {size}, and this build of PyTorch has no torch.distributed. "
            "Set it to 1, or install another build."
        )
    _check_devices(settings.device, size)
    text = config.get_text_config()
    plan = getattr(text, "base_model_tp_plan", None) or {}
    if not plan:
        raise UnsupportedModel(
            f"transformers has no plan by which to split a {config.model_type} model. "
            "Set model.tensorParallel to 1, or use a model such as Qwen2.5-Coder."
        )
    if not any(style == "colwise" and name.endswith(_KEY_PROJECTIONS) for name, style in plan.items()):
        return  # Every device has all heads.
    heads = text.num_attention_heads
    for count, what in (
        (heads, "attention heads"),
        (getattr(text, "num_key_value_heads", None) or heads, "key-value heads"),
    ):
        if count % size:
            raise UnsupportedModel(
                f"The model's {count} {what} cannot be dealt evenly to {size} devices. "
                f"Set model.tensorParallel to a number that divides {count}."
            )


@contextmanager
def as_share(size: int) -> Iterator[dict[str, Any]]:
    """What transformers has to be told in the block to load one of ``size`` shares of a model.

    It asks for the package accelerate as soon as a device is named, which a plan does, and uses it only where
    one process has layers on several devices, which no rank has: so here it does without.
    """
    if size == 1:
        yield {}
        return
    # Here, because a model that is not split needs nothing of it.
    from transformers.distributed.configuration_utils import DistributedConfig

    from specedit_lsp.model.parallel.ordered_sums import ordered_sums

    device_maps: Any = import_module("transformers.integrations.accelerate")
    # Of two numbers the sum is the same in any order.
    sums = ordered_sums() if size > 2 else nullcontext()
    known = device_maps.is_accelerate_available
    device_maps.is_accelerate_available = lambda: True
    try:
        with sums:
            yield {"distributed_config": DistributedConfig(tp_size=size, tp_plan="auto")}
    finally:
        device_maps.is_accelerate_available = known


def _check_devices(name: str, size: int) -> None:
    if name == "cpu":
        if torch._C._get_accelerator().type != "cpu":
            raise UnsupportedModel(
                f"model.device is cpu and model.tensorParallel is {size}, but where there are GPUs, "
                "transformers splits a model over these. Set tensorParallel to 1, or device to cuda."
            )
        return
    if name not in ("auto", "cuda"):
        raise UnsupportedModel(
            f"model.device is {name}, one device, and model.tensorParallel is {size}. Set device to cuda, "
            "and choose the devices by the environment variable CUDA_VISIBLE_DEVICES."
        )
    found = torch.cuda.device_count()
    if found < size:
        raise UnsupportedModel(
            f"model.tensorParallel is {size}, but PyTorch sees {found} GPUs. Set it to {max(found, 1)} at "
            "most, or make more of them visible (CUDA_VISIBLE_DEVICES)."
        )
