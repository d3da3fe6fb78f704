"""Whether the kernels of this processor give a row the same bits in any company, each kernel by itself."""

from __future__ import annotations

import torch

from specedit_lsp.model.attention import attend, widen
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import PackedLinear
from specedit_lsp.model.shape import FEWEST_ROWS, INVARIANT

_COUNTS = (FEWEST_ROWS, 3, 4, 5, 7, 8, 9, 12, 16, 24, 31, 32, 33, 48, 64, 65, 96)
"""Rows that are compared with as many as there may be."""
_KEYS = 1060
"""Before the rows that attend: more than kernels take at once."""
_ATTENDING = 40


@torch.inference_mode()
def find_kernel_dependence(loaded: LoadedModel) -> float:
    """Return by how much what a row becomes in a layer, or in attention, changes with its company, at most.

    A kernel that rounds otherwise does so once in thousands of numbers, which would show in few of the logits
    of a short text.
    """
    torch.manual_seed(0)
    # Kernels are chosen by size: one layer stands for all of its size.
    layers = {
        (layer.in_features, layer.out_features): layer
        for layer in loaded.model.modules()
        if isinstance(layer, PackedLinear)
    }
    return max(_find_attention_dependence(loaded), *map(_find_layer_dependence, layers.values()))


def _find_layer_dependence(layer: PackedLinear) -> float:
    rows = torch.randn(INVARIANT.rows, layer.in_features).to(layer.weight.dtype)
    expected = layer(rows)
    worst = 0.0
    for count in _COUNTS:
        for start in (0, INVARIANT.rows - count):
            found = layer(rows[start : start + count])
            worst = max(worst, float((found - expected[start : start + count]).abs().max()))
    return worst


def _find_attention_dependence(loaded: LoadedModel) -> float:
    config, group = loaded.model.config.get_text_config(), loaded.group
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    heads = config.num_attention_heads // group
    most = INVARIANT.choose_bucket(_KEYS + _ATTENDING, loaded.max_context + _KEYS)
    keys, values = torch.randn(2, 1, heads, most, width).to(loaded.dtype)
    queries = torch.randn(1, heads * group, _ATTENDING, width).to(loaded.dtype)

    def compute(start: int, count: int) -> torch.Tensor:
        seen = INVARIANT.choose_bucket(_KEYS + start + count, most)
        rows = torch.arange(_KEYS + start, _KEYS + start + count)
        mask = torch.zeros(count, seen, dtype=loaded.dtype)
        mask.masked_fill_(torch.arange(seen) > rows[:, None], torch.finfo(loaded.dtype).min)
        asked = queries[:, :, start : start + count]
        found, _ = attend(loaded.model, asked, keys[:, :, :seen], values[:, :, :seen], widen(mask, group))
        return found  # [1, count, heads, width]

    expected = compute(0, _ATTENDING)
    worst = 0.0
    for count in (1, 2, 3, 7, 8, 9, 20):
        for start in (0, 5, _ATTENDING - count):
            difference = compute(start, count) - expected[:, start : start + count]
            worst = max(worst, float(difference.abs().max()))
    return worst
