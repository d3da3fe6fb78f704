"""Tiny models in folders, for processes that each load a share of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    PretrainedConfig,
    PreTrainedTokenizerBase,
    Qwen2Config,
)

from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.settings import ModelSettings

CONTEXT = 640
SEEDS = {"llama": 1, "qwen2": 3}
"""Of models that write many different tokens."""


def configure(architecture: str, context: int, key_heads: int) -> PretrainedConfig:
    """A model with four heads."""
    sizes: dict[str, Any] = {
        "vocab_size": 264,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": key_heads,
        "max_position_embeddings": context,
        "initializer_range": 0.6,
        "tie_word_embeddings": False,
        "eos_token_id": None,
        "bos_token_id": None,
        "pad_token_id": None,
    }
    return Qwen2Config(**sizes) if architecture == "qwen2" else LlamaConfig(**sizes)


def write_checkpoint(
    folder: Path,
    architecture: str,
    tokenizer: PreTrainedTokenizerBase,
    context: int = CONTEXT,
    key_heads: int = 2,
) -> Path:
    """A complete folder of a model with random weights, for as many ranks as it has key heads at most."""
    torch.manual_seed(SEEDS[architecture])
    build: Any = AutoModelForCausalLM.from_config
    build(configure(architecture, context, key_heads)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def settings_of(folder: Path, dtype: str = "float32", ranks: int = 2) -> ModelSettings:
    """Settings by which a model is split over processes of this machine."""
    return ModelSettings.model_validate(
        {"path": str(folder), "device": "cpu", "dtype": dtype, "tensorParallel": ranks}
    )


@contextmanager
def split_model(settings: ModelSettings) -> Iterator[LoadedModel]:
    """A model that is split; this process leads. There can be one at a time."""
    threads = torch.get_num_threads()
    loaded = load_model(settings)
    assert loaded.followers is not None
    try:
        yield loaded
    finally:
        loaded.followers.end()
        torch.set_num_threads(threads)
