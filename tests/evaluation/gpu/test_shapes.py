"""Models of well-known shapes: their sizes, and that random ones are what the engine expects."""

from __future__ import annotations

import pytest
import torch
from transformers import Qwen2ForCausalLM

from specedit_lsp.evaluation.gpu.shapes import (
    LARGE,
    MEDIUM,
    SMALL,
    TINY,
    ModelShape,
    count_bytes,
    count_operations,
)
from specedit_lsp.model.attention import NAME
from specedit_lsp.model.loading import LoadedModel


@pytest.mark.parametrize(("shape", "billions"), [(SMALL, 1.54), (MEDIUM, 7.62), (LARGE, 32.8)])
def test_the_shapes_have_the_sizes_they_are_known_for(shape: ModelShape, billions: float) -> None:
    with torch.device("meta"):
        model = Qwen2ForCausalLM(shape.to_config())
    assert sum(weights.numel() for weights in model.parameters()) / 1e9 == pytest.approx(billions, rel=0.01)


def test_a_forward_reads_all_matrices_but_the_embedding_and_a_full_bucket(loaded: LoadedModel) -> None:
    matrices = [
        weights
        for name, weights in loaded.model.named_parameters()
        if weights.dim() == 2 and "embed" not in name
    ]
    cache = 2 * TINY.layers * TINY.key_heads * 16 * 1024
    expected = 2 * (sum(weights.numel() for weights in matrices) + cache)
    assert count_bytes(TINY, torch.bfloat16, 1024) == expected
    assert count_bytes(TINY, torch.float32, 1024) == 2 * expected


def test_quantised_weights_are_read_as_what_they_are() -> None:
    full, eight, four = (count_bytes(MEDIUM, torch.bfloat16, 0, kind) for kind in ("none", "int8", "int4"))
    assert full - eight == 2 * (eight - four)


def test_operations_grow_with_rows_and_with_what_they_attend_to(loaded: LoadedModel) -> None:
    matrices = sum(
        weights.numel()
        for name, weights in loaded.model.named_parameters()
        if weights.dim() == 2 and "embed" not in name
    )
    assert count_operations(TINY, 1, 0) == 2 * matrices
    assert count_operations(TINY, 3, 100) == 3 * (2 * matrices + 4 * TINY.layers * 100 * TINY.hidden_size)


def test_a_random_model_has_the_engines_attention_and_no_zeros(loaded: LoadedModel) -> None:
    assert loaded.model.config._attn_implementation == NAME
    assert loaded.group == TINY.heads // TINY.key_heads
    weights = loaded.model.get_parameter("model.layers.0.mlp.up_proj.weight").float()
    assert float(weights.std()) == pytest.approx(0.02, rel=0.1)
    assert not loaded.model.training
