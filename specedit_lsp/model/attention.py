"""Attention over the cache as it lies: no copies for grouped heads, no masks built layer by layer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import pad, scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import eager_mask

from specedit_lsp.model.probe import agree, probe

logger = logging.getLogger(__name__)

NAME = "specedit"
_BLOCK = 8
"""Rows: a draft's few fill one block, and larger blocks would bring little to those of a prompt."""


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **extra: Any,
) -> tuple[torch.Tensor, None]:
    """Return attention's output ``[batch, rows, heads, width]``.

    ``query`` is ``[batch, heads, rows, width]``, ``key`` and ``value`` are
    ``[batch, key heads, keys, width]``. Heads that share a key head become further rows of it (grouped-query
    attention, Ainslie et al., 2023), so ``attention_mask`` is ``[1, 1, heads per key head * rows, keys]``;
    :func:`widen` makes it so, once for all layers. A mask of transformers' own shape is widened here. Without
    a mask every row sees every key.
    """
    batch, heads, rows, width = query.shape
    group = heads // key.shape[1]
    grouped = query.reshape(batch, key.shape[1], group * rows, width)
    if attention_mask is not None and attention_mask.shape[2] != group * rows:
        attention_mask = attention_mask.repeat(1, 1, group, 1)
    if attention_mask is not None and query.device.type == "cpu" and query.dtype is torch.bfloat16:
        output = _attend_in_blocks(grouped, key, value, attention_mask, scaling)
    else:
        with _chosen_kernel(query):
            output = scaled_dot_product_attention(
                grouped, key, value, attn_mask=attention_mask, scale=scaling
            )
    return output.reshape(batch, heads, rows, -1).transpose(1, 2).contiguous(), None


def _attend_in_blocks(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor, scaling: float | None
) -> torch.Tensor:
    """Attention of ``query`` [batch, heads, rows, width], always so many rows at a time.

    The kernels of processors are chosen by the number of rows; with one number of them, a row has the same
    bits in any company.
    """
    batch, heads, rows, width = query.shape
    blocks = -(-rows // _BLOCK)
    spare = blocks * _BLOCK - rows
    query = pad(query, (0, 0, 0, spare)).view(batch, heads, blocks, _BLOCK, width).transpose(1, 2)
    mask = pad(mask, (0, 0, 0, spare)).view(blocks, 1, _BLOCK, -1)
    outputs = [
        scaled_dot_product_attention(
            query[one],
            key[one].expand(blocks, -1, -1, -1),
            value[one].expand(blocks, -1, -1, -1),
            attn_mask=mask,
            scale=scaling,
        )
        for one in range(batch)
    ]  # [blocks, heads, _BLOCK, width] each
    return torch.stack(outputs).transpose(1, 2).reshape(batch, heads, blocks * _BLOCK, -1)[:, :, :rows]


def widen(mask: torch.Tensor, group: int) -> torch.Tensor:
    """Return a mask ``[rows, keys]`` as :func:`attend` wants it for ``group`` heads to a key head."""
    return mask.repeat(group, 1)[None, None]


def choose_group(model: PreTrainedModel) -> int:
    """Have ``model`` attend by :func:`attend` if that gives what its own attention gives.

    Return how many heads share a key head, for :func:`widen`; 1 if the model keeps to its own attention
    (with sinks, soft caps, biases or other things of its own), which takes masks of plain shape.
    """
    own = model.config._attn_implementation
    expected = probe(model, 1)
    config = model.config.get_text_config()
    heads = getattr(config, "num_attention_heads", 1)
    group = heads // (getattr(config, "num_key_value_heads", None) or heads)
    AttentionInterface.register(NAME, attend)
    # For those who run the model without our masks.
    AttentionMaskInterface.register(NAME, eager_mask)
    try:
        model.set_attn_implementation(NAME)
        if agree(probe(model, group), expected):
            return group
        reason = "gives other results"
    except (ValueError, TypeError, RuntimeError, NotImplementedError) as error:
        reason = f"does not work: {error}"
    logger.info("%s keeps to its own attention, ours %s", model.config.model_type, reason)
    model.set_attn_implementation(own)
    return 1


@contextmanager
def stock_attention(model: PreTrainedModel) -> Iterator[None]:
    """Have ``model`` attend as transformers would by default in the block: for comparisons."""
    ours = model.config._attn_implementation
    model.set_attn_implementation("sdpa" if model._supports_sdpa else "eager")
    try:
        yield
    finally:
        model.set_attn_implementation(ours)


@contextmanager
def _chosen_kernel(query: torch.Tensor) -> Iterator[None]:
    """On a GPU always the same kernel, one that takes masks and gives a row the same bits in any place."""
    if not query.is_cuda:
        yield
        return
    with sdpa_kernel([SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH], set_priority=True):
        yield
