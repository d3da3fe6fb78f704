"""Tiny models of several architectures, with random weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models
from transformers import (
    AutoModelForCausalLM,
    GemmaConfig,
    GPT2Config,
    LlamaConfig,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen3Config,
)

from specedit_lsp.model.attention import choose_group
from specedit_lsp.model.lean_decoder import slim
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import pack_linears

CONTEXT = 160


def _configure(architecture: str) -> PretrainedConfig:
    sizes: dict[str, Any] = {
        "vocab_size": 96,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": CONTEXT,
        # Large enough that the output does not fall into a loop at once.
        "initializer_range": 0.6,
        "tie_word_embeddings": False,
        "eos_token_id": None,
        "bos_token_id": None,
        "pad_token_id": None,
    }
    match architecture:
        case "qwen2":
            return Qwen2Config(**sizes)
        case "qwen3":
            return Qwen3Config(**sizes)
        case "llama":
            return LlamaConfig(**sizes)
        case "deepseek-coder":
            rope = {"rope_type": "linear", "factor": 4.0, "rope_theta": 100000.0}
            return LlamaConfig(**sizes, rope_parameters=rope)
        case "gemma":
            return GemmaConfig(**sizes)
        case _:
            return GPT2Config(
                vocab_size=96,
                n_embd=32,
                n_layer=2,
                n_head=4,
                n_positions=CONTEXT,
                initializer_range=0.6,
                tie_word_embeddings=False,
                eos_token_id=None,
                bos_token_id=None,
            )


# Seeds whose models write many different tokens.
_SEEDS = {"qwen2": 3, "qwen3": 8, "llama": 1, "deepseek-coder": 1, "gemma": 3, "gpt2": 3}


def _build(architecture: str, dtype: torch.dtype = torch.float32, **changes: Any) -> LoadedModel:
    config = _configure(architecture)
    config.update(changes)
    torch.manual_seed(_SEEDS[architecture])
    build: Callable[..., Any] = AutoModelForCausalLM.from_config
    model = build(config, dtype=dtype, attn_implementation="sdpa").eval().requires_grad_(False)
    wrap: Callable[..., PreTrainedTokenizerFast] = PreTrainedTokenizerFast
    words = Tokenizer(models.WordLevel({str(token): token for token in range(96)}, unk_token="0"))
    group = choose_group(model)
    pack_linears(model, group)
    slim(model, group)
    return LoadedModel(
        model,
        wrap(tokenizer_object=words),
        torch.device("cpu"),
        dtype,
        name=architecture,
        folder=Path(),
        max_context=CONTEXT,
        vocabulary_size=96,
        stop_ids=frozenset(),
        group=group,
    )


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several threads, and far slower on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session", params=_SEEDS)
def any_model(request: pytest.FixtureRequest) -> LoadedModel:
    """A tiny model of each architecture in turn; its context has 160 tokens, its vocabulary 96."""
    return _build(request.param)


@pytest.fixture(
    scope="session", params=[*((name, torch.bfloat16) for name in _SEEDS), ("qwen2", torch.float16)], ids=str
)
def half_model(request: pytest.FixtureRequest) -> LoadedModel:
    """The same in half precision, of which one context has room for several canonical forwards."""
    return _build(*request.param)


@pytest.fixture(scope="session", params=sorted(_SEEDS.keys() - {"gpt2"}))
def packed_half_model(request: pytest.FixtureRequest) -> LoadedModel:
    """Those in bfloat16 whose layers can all be packed; the layers of GPT-2 are no linear ones."""
    return _build(request.param, torch.bfloat16)


@pytest.fixture(scope="session")
def tiny_model() -> LoadedModel:
    """A tiny Qwen2."""
    return _build("qwen2")


@pytest.fixture(scope="session")
def tiny_half() -> LoadedModel:
    """A tiny Llama in half precision."""
    return _build("llama", torch.bfloat16)


@pytest.fixture(scope="session")
def wide_half() -> LoadedModel:
    """A Qwen2 in bfloat16 as wide as real ones: in layers this wide kernels part."""
    wide = {"hidden_size": 768, "intermediate_size": 3072, "head_dim": 192, "initializer_range": 0.1}
    return replace(_build("qwen2", torch.bfloat16, **wide), max_context=512)
