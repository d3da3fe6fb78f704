"""Small model folders, built offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast


def _build_tokenizer() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<|end|>": 0} | {letter: place + 1 for place, letter in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    wrap: Callable[..., PreTrainedTokenizerFast] = PreTrainedTokenizerFast
    return wrap(tokenizer_object=tokenizer, eos_token="<|end|>")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete folder of a tiny Llama with a byte tokenizer. Not to be changed."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        eos_token_id=[0, 5],
        bos_token_id=None,
    )
    model = LlamaForCausalLM(config)
    assert model.generation_config is not None
    model.generation_config.eos_token_id = 7
    model.save_pretrained(folder)
    _build_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def make_folder(template: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copies of the complete folder, without the files that match some patterns."""

    def copy(*without: str) -> Path:
        folder = tmp_path / "copy"
        folder.mkdir()
        for file in template.iterdir():
            if not any(file.match(pattern) for pattern in without):
                (folder / file.name).write_bytes(file.read_bytes())
        return folder

    return copy
