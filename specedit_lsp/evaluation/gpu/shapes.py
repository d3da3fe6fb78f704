"""Models of well-known shapes with random weights: as fast as the real ones, and nothing to download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase, Qwen2Config

from specedit_lsp.model.attention import choose_group
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.quantization import plan_quantization


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a decoder with grouped-query attention and gated feed-forward layers."""

    name: str
    hidden_size: int
    intermediate_size: int
    layers: int
    heads: int
    key_heads: int
    vocabulary_size: int
    tied: bool
    """Whether the last layer's weights are the embedding's."""
    max_context: int = 32768

    def to_config(self) -> Qwen2Config:
        """Return the shape as transformers has it."""
        make: Callable[..., Qwen2Config] = Qwen2Config
        return make(
            hidden_size=self.hidden_size,
            intermediate_size=self.intermediate_size,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.key_heads,
            vocab_size=self.vocabulary_size,
            tie_word_embeddings=self.tied,
            max_position_embeddings=self.max_context,
            rms_norm_eps=1e-6,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6},
            initializer_range=0.02,
        )


SMALL = ModelShape("Qwen2.5-Coder-1.5B", 1536, 8960, 28, 12, 2, 151936, tied=True)
MEDIUM = ModelShape("Qwen2.5-Coder-7B", 3584, 18944, 28, 28, 4, 152064, tied=False)
LARGE = ModelShape("Qwen2.5-Coder-32B", 5120, 27648, 64, 40, 8, 152064, tied=False)
TINY = ModelShape("tiny", 64, 128, 2, 4, 2, 8192, tied=False, max_context=8192)
"""For trials on any machine."""

_BITS = {"int8": 8, "int4": 4}


def draw_weights(shape: ModelShape, dtype: torch.dtype, device: torch.device) -> PreTrainedModel:
    """Return a model with weights from N(0, 0.02), made where they stay; the same ones each time.

    Not zeros: power, and so the clocks, depend on the bits that move.
    """
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("highest")
    make: Callable[..., PreTrainedModel] = AutoModelForCausalLM.from_config
    with device:
        model = make(shape.to_config(), dtype=dtype, attn_implementation="sdpa")
    model.train(False)
    model.requires_grad_(False)
    return model


def load_random_model(
    shape: ModelShape,
    dtype: torch.dtype,
    device: torch.device,
    tokenizer: PreTrainedTokenizerBase,
    quantization: str = "none",
) -> LoadedModel:
    """Return a model as :func:`specedit_lsp.model.loading.load_model` would, one with a foreign tokenizer.

    Raises:
        UnsupportedModel: what ``quantization`` needs is not installed.
    """
    plan = plan_quantization(quantization)
    model = draw_weights(shape, dtype, device)
    if plan:
        _quantize(model, plan["quantization_config"].quant_type)
    return LoadedModel(
        model,
        tokenizer,
        device,
        dtype,
        name=shape.name,
        folder=Path(),
        max_context=shape.max_context,
        vocabulary_size=shape.vocabulary_size,
        stop_ids=frozenset({int(tokenizer.eos_token_id)}),
        group=choose_group(model),
    )


def count_bytes(shape: ModelShape, dtype: torch.dtype, bucket: int, quantization: str = "none") -> float:
    """Return the fewest bytes that a forward over a full bucket reads.

    Of the embedding only a few rows are read, unless it is the last layer as well.
    """
    head = shape.hidden_size * shape.vocabulary_size
    cache = 2 * shape.layers * shape.key_heads * _head_width(shape) * bucket
    bits = _BITS.get(quantization, 8 * dtype.itemsize)
    return _count_layer_weights(shape) * bits / 8 + (head + cache) * dtype.itemsize


def count_operations(shape: ModelShape, rows: int, bucket: int) -> float:
    """Return the fewest additions and multiplications of a forward of ``rows`` rows over a full bucket."""
    head = shape.hidden_size * shape.vocabulary_size
    attention = 4 * shape.layers * shape.heads * _head_width(shape) * bucket
    return float(rows * (2 * (_count_layer_weights(shape) + head) + attention))


def _count_layer_weights(shape: ModelShape) -> int:
    """Of the matrices; biases and norms are nothing beside them."""
    projections = 2 * shape.heads * _head_width(shape) + 2 * shape.key_heads * _head_width(shape)
    return shape.layers * shape.hidden_size * (projections + 3 * shape.intermediate_size)


def _head_width(shape: ModelShape) -> int:
    return shape.hidden_size // shape.heads


def _quantize(model: PreTrainedModel, kind: Any) -> None:
    """Quantise in place all matrices but the last, as transformers has torchao do it."""
    from torchao.quantization import quantize_

    quantize_(model, kind, lambda module, name: isinstance(module, torch.nn.Linear) and name != "lm_head")
