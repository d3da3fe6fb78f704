"""Which configurations are admitted."""

from __future__ import annotations

import pytest
from transformers import (
    BertConfig,
    Gemma2Config,
    Gemma3TextConfig,
    GemmaConfig,
    GPT2Config,
    Llama4TextConfig,
    LlamaConfig,
    MambaConfig,
    MistralConfig,
    Phi3Config,
    PretrainedConfig,
    Qwen2Config,
    Qwen3Config,
    Qwen3NextConfig,
    T5Config,
)

from specedit_lsp.model.config import check_supported, max_context
from specedit_lsp.model.faults import UnsupportedModel


@pytest.mark.parametrize(
    "config",
    [
        LlamaConfig(),
        Qwen2Config(),
        Qwen3Config(),
        GemmaConfig(),
        GPT2Config(),
        MistralConfig(sliding_window=None),
        # A window that nothing can slide out of.
        MistralConfig(sliding_window=4096, max_position_embeddings=4096),
        Gemma2Config(sliding_window=4096, max_position_embeddings=4096),
        # Carried by many checkpoints, in use by none of them.
        Qwen2Config(sliding_window=4096, use_sliding_window=False),
    ],
    ids=lambda config: type(config).__name__,
)
def test_admitted(config: PretrainedConfig) -> None:
    check_supported(config, max_context(config))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (MistralConfig(sliding_window=4096), "sliding-window"),
        (Gemma2Config(), "see 4096 tokens of a context of 8192"),
        (Gemma3TextConfig(), "sliding-window"),
        (Qwen2Config(use_sliding_window=True, max_window_layers=1), "sliding-window"),
        (Qwen3NextConfig(), "recurrent state"),
        (Llama4TextConfig(), "chunked_attention"),
        (MambaConfig(), "recurrent state"),
        (T5Config(), "encoder-decoder"),
        (PretrainedConfig(), "not a causal language model"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_refused_with_reason_and_remedy(config: PretrainedConfig, reason: str) -> None:
    with pytest.raises(UnsupportedModel, match=reason) as refusal:
        check_supported(config, context=8192)
    assert "Use a model" in str(refusal.value)


def test_context_is_what_the_positions_allow() -> None:
    assert max_context(LlamaConfig(max_position_embeddings=77)) == 77
    assert max_context(GPT2Config(n_positions=33)) == 33
    assert max_context(BertConfig(max_position_embeddings=512)) == 512


def test_context_ends_where_long_rope_would_change_all_angles() -> None:
    rope = {
        "rope_type": "longrope",
        "rope_theta": 10000.0,
        "short_factor": [1.0] * 48,
        "long_factor": [2.0] * 48,
        "original_max_position_embeddings": 4096,
    }
    assert max_context(Phi3Config(max_position_embeddings=131072, rope_parameters=rope)) == 4096


def test_context_must_be_known() -> None:
    with pytest.raises(UnsupportedModel, match="max_position_embeddings"):
        max_context(PretrainedConfig())
