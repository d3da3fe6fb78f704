"""What a device does when it cannot go on, told apart."""

from __future__ import annotations

import torch

from specedit_lsp.model.faults import FollowerLost
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import count_weight_bytes

_GIB = 2**30


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether there was not enough memory, of a GPU or of this machine."""
    if isinstance(error, FollowerLost):
        return False
    return isinstance(error, torch.OutOfMemoryError) or "not enough memory" in str(error)


def is_device_lost(error: RuntimeError) -> bool:
    """Whether the device can do nothing more for this process: after such an error every call fails."""
    # By name: PyTorch before 2.8 has no such type.
    is_accelerator_error = type(error).__name__ == "AcceleratorError"
    return is_accelerator_error or isinstance(error, FollowerLost) or "CUDA error" in str(error)


def describe_memory(loaded: LoadedModel, tokens: int) -> str:
    """Return what to tell a user whose rewrite of ``tokens`` in all did not fit, with the numbers.

    Of a model that is split over devices these are the numbers of one of them.
    """
    config = loaded.model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    bytes_per_token = 2 * config.num_hidden_layers * heads * width * loaded.dtype.itemsize // loaded.ranks
    weights = count_weight_bytes(loaded.model) // loaded.ranks
    free = f", {_free_bytes(loaded.device) / _GIB:.1f} GiB are free" if loaded.device.type == "cuda" else ""
    return (
        f"{loaded.device} has not enough memory: the model takes {weights / _GIB:.1f} GiB and {tokens:,} "
        f"tokens take {tokens * bytes_per_token / _GIB:.2f} GiB besides{free}. Select less, lower "
        "context.maxTokens or worker.cacheMegabytes, or use a smaller model."
    )


def release_unused(device: torch.device) -> None:
    """Give memory that PyTorch keeps for later back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


def _free_bytes(device: torch.device) -> int:
    return int(torch.cuda.mem_get_info(device)[0])
