"""The catalogue agrees with the libraries that run its models, and its arithmetic with real files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, Qwen2Config

from specedit_lsp.catalogue.device import describe_device, measure_bandwidth
from specedit_lsp.catalogue.known_models import UnknownModel, find_known_model, list_known_models
from specedit_lsp.catalogue.memory import ModelShape, read_shape
from specedit_lsp.cli.models_use import tell_settings
from specedit_lsp.model.checkpoint import find_folder
from specedit_lsp.model.config import check_supported

QWEN = {
    "qwen2.5-coder-0.5b": (896, 24, 14, 2, 4864, 151936, True),
    "qwen2.5-coder-1.5b": (1536, 28, 12, 2, 8960, 151936, True),
    "qwen2.5-coder-3b": (2048, 36, 16, 2, 11008, 151936, True),
    "qwen2.5-coder-7b": (3584, 28, 28, 4, 18944, 152064, False),
    "qwen2.5-coder-14b": (5120, 48, 40, 8, 13824, 152064, False),
    "qwen2.5-coder-32b": (5120, 64, 40, 8, 27648, 152064, False),
}
"""Hidden size, layers, heads, KV heads, inner size, vocabulary, tied embeddings: as published."""


@pytest.mark.parametrize("name", QWEN)
def test_parameters_are_those_of_the_shape(name: str) -> None:
    hidden, layers, heads, kv_heads, inner, vocabulary, tied = QWEN[name]
    config = Qwen2Config(
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        intermediate_size=inner,
        vocab_size=vocabulary,
        tie_word_embeddings=tied,
        max_position_embeddings=32768,
    )
    check_supported(config, config.max_position_embeddings)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    shape = find_known_model(name).shape
    assert shape.parameters == sum(each.numel() for each in model.parameters())
    assert (shape.layers, shape.kv_heads, shape.head_size) == (layers, kv_heads, hidden // heads)


def test_the_bundled_model_is_what_its_files_say() -> None:
    known = find_known_model("specedit-mini").shape
    assert read_shape(find_folder("specedit-mini")) == known


def test_memory_is_weights_and_two_numbers_for_each_head_layer_and_token() -> None:
    shape = ModelShape(1000, 1000, layers=3, kv_heads=2, head_size=5, context=10)
    assert shape.weight_bytes("bfloat16") == 2000
    assert shape.cache_bytes(7, "float32") == 2 * 3 * 2 * 5 * 7 * 4
    assert shape.needed_bytes(100, "bfloat16") == shape.needed_bytes(10, "bfloat16")


def test_the_catalogue_is_consistent() -> None:
    models = list_known_models()
    assert len({model.name for model in models}) == len(models)
    for model in models:
        assert 0 < model.shape.active_parameters <= model.shape.parameters
        if model.draft:
            assert find_known_model(model.draft).shape.parameters * 2 < model.shape.parameters
    assert find_known_model("qwen2.5-coder-3b").licence == "Qwen Research"
    with pytest.raises(UnknownModel, match=r"Known are: .*qwen2\.5-coder-7b"):
        find_known_model("gpt-9")


def test_shapes_of_damaged_folders(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"num_attention_heads": 2}')
    with pytest.raises(ValueError, match="does not say 'num_hidden_layers'"):
        read_shape(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 8)
    with pytest.raises(ValueError, match="cut off"):
        read_shape(tmp_path)


def test_the_device_is_measured() -> None:
    device = describe_device("cpu")
    assert device.free_bytes > 1e8
    assert 1e8 < measure_bandwidth(device) < 1e14


def test_the_list_as_json() -> None:
    command = [sys.executable, "-m", "specedit_lsp", "models", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    described = json.loads(run.stdout)
    mini, *others = described["models"]
    assert (mini["name"], mini["here"], mini["fits"]) == ("specedit-mini", "bundled", True)
    speeds = [model["plainTokensPerSecond"] for model in (mini, *others[:6])]
    assert speeds == sorted(speeds, reverse=True)


def test_settings_are_told_for_each_editor() -> None:
    known = find_known_model("qwen2.5-coder-7b")
    told = tell_settings(known.path, find_known_model(known.draft).path)
    assert '"specedit.model.path": "Qwen/Qwen2.5-Coder-7B-Instruct"' in told
    assert "Qwen/Qwen2.5-Coder-0.5B-Instruct as well" in told


def test_the_document_has_the_same_list() -> None:
    document = (Path(__file__).parents[2] / "docs" / "models.md").read_text()
    rows = [line for line in document.splitlines() if line.startswith("|") and "illion" in line]
    for model, row in zip(list_known_models(), rows, strict=True):
        assert row.startswith(f"| {model.name} | {model.hub or 'bundled'} | ")
        assert model.licence in row
