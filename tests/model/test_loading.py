"""Loading: what comes out, what it tells on the way, and every way in which it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from transformers.utils import logging

from specedit_lsp.model.checkpoint import find_folder
from specedit_lsp.model.faults import IncompleteModel, ModelNotFound, UnsupportedModel
from specedit_lsp.model.loading import choose_device, load_model
from specedit_lsp.settings import ModelSettings

MakeFolder = Callable[..., Path]


def _settings(path: Path | str, dtype: str = "auto") -> ModelSettings:
    return ModelSettings.model_validate({"path": str(path), "device": "cpu", "dtype": dtype})


def _edit_config(folder: Path, **changes: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_loads_a_folder(template: Path) -> None:
    loaded = load_model(_settings(template))
    assert loaded.device == torch.device("cpu")
    assert loaded.dtype == torch.float32
    assert loaded.name == str(template)
    assert loaded.folder == template
    assert loaded.max_context == 64
    assert loaded.vocabulary_size == 257
    assert loaded.stop_ids == {0, 5, 7}
    assert not loaded.model.training
    assert not any(parameter.requires_grad for parameter in loaded.model.parameters())
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.float32}
    assert loaded.model.config._attn_implementation == "specedit"
    assert loaded.tokenizer.decode(loaded.tokenizer.encode("héllo")) == "héllo"


def test_loads_in_the_precision_asked_for(template: Path) -> None:
    loaded = load_model(_settings(template, dtype="bfloat16"))
    assert loaded.dtype == torch.bfloat16
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.bfloat16}


@pytest.mark.parametrize("able", [True, False])
def test_auto_is_what_a_processor_computes_in(
    template: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch, able: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: able)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    halved = make_folder()
    _edit_config(halved, dtype="bfloat16")
    assert load_model(_settings(halved)).dtype is (torch.bfloat16 if able else torch.float32)
    assert load_model(_settings(halved, dtype="float32")).dtype is torch.float32
    assert load_model(_settings(template)).dtype is torch.float32
    _edit_config(halved, dtype="float16")
    assert load_model(_settings(halved)).dtype is torch.float32


def test_progress_rises_from_nothing_to_all(template: Path) -> None:
    percents: list[int] = []
    load_model(_settings(template), percents.append)
    assert percents[0] == 0
    assert percents[-1] == 100
    assert percents == sorted(percents)
    assert len(set(percents)) > 10
    assert percents.count(100) == 1


def test_loading_is_silent_and_leaves_no_trace(template: Path, capfd: pytest.CaptureFixture[str]) -> None:
    verbosity = logging.get_verbosity()
    load_model(_settings(template))
    assert capfd.readouterr() == ("", "")
    assert logging.get_verbosity() == verbosity
    assert logging.set_tqdm_hook(None) is None


def test_the_hook_goes_away_when_loading_fails(make_folder: MakeFolder) -> None:
    folder = make_folder()
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(IncompleteModel, match="cannot be loaded"):
        load_model(_settings(folder))
    assert logging.set_tqdm_hook(None) is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="nowhere"):
        load_model(_settings(tmp_path / "nowhere"))


def test_a_file_is_no_folder(template: Path) -> None:
    with pytest.raises(ModelNotFound, match="is a file"):
        load_model(_settings(template / "model.safetensors"))


def test_a_name_that_is_not_in_the_cache_says_how_to_fetch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotFound, match="specedit models fetch some-body/some-model"):
        load_model(_settings("some-body/some-model"))


def test_a_name_in_the_cache_is_found(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "models--some-body--some-model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("1" * 40)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / ("1" * 40)).symlink_to(template)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    loaded = load_model(_settings("some-body/some-model"))
    assert loaded.name == "some-body/some-model"


def test_a_tilde_is_home(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(template.parent))
    assert find_folder("~/tiny") == template


def test_no_config(make_folder: MakeFolder) -> None:
    with pytest.raises(IncompleteModel, match=r"no config\.json"):
        load_model(_settings(make_folder("config.json")))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "no JSON object"),
        ('{"model_type": "llama", "vocab_size": "many"}', "makes no sense"),
    ],
)
def test_damaged_config(make_folder: MakeFolder, text: str, reason: str) -> None:
    folder = make_folder()
    (folder / "config.json").write_text(text)
    with pytest.raises(IncompleteModel, match=reason):
        load_model(_settings(folder))


def test_no_weights(make_folder: MakeFolder) -> None:
    with pytest.raises(IncompleteModel, match=r"no model\.safetensors"):
        load_model(_settings(make_folder("*.safetensors")))


def test_pickled_weights_are_not_opened(make_folder: MakeFolder) -> None:
    folder = make_folder("*.safetensors")
    (folder / "pytorch_model.bin").write_bytes(b"whatever")
    with pytest.raises(IncompleteModel, match="pickle"):
        load_model(_settings(folder))


def test_missing_shards_are_named(make_folder: MakeFolder) -> None:
    folder = make_folder("*.safetensors")
    index = {"weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(IncompleteModel, match="model-00002-of-00002"):
        load_model(_settings(folder))


@pytest.mark.parametrize("damaged", ["", "{", "{}", "[]", '{"weight_map": 3}', '{"weight_map": null}'])
def test_a_damaged_list_of_shards_is_named(make_folder: MakeFolder, damaged: str) -> None:
    folder = make_folder("*.safetensors")
    (folder / "model.safetensors.index.json").write_text(damaged)
    with pytest.raises(IncompleteModel, match=r"index\.json is damaged(?s:.*)Fetch the model again"):
        load_model(_settings(folder))


def test_missing_tensors_are_not_made_up(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, num_hidden_layers=3)
    with pytest.raises(IncompleteModel, match="lack 9 tensors"):
        load_model(_settings(folder))


def test_weights_of_another_shape(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, vocab_size=300)
    with pytest.raises(IncompleteModel, match="cannot be loaded"):
        load_model(_settings(folder))


def test_no_tokenizer(make_folder: MakeFolder) -> None:
    with pytest.raises(IncompleteModel, match="no tokenizer"):
        load_model(_settings(make_folder("tokenizer*")))


def test_code_that_came_with_the_model_is_not_run(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, model_type="homemade", auto_map={"AutoConfig": "c.C", "AutoModelForCausalLM": "c.M"})
    (folder / "c.py").write_text("raise SystemExit('this ran')")
    with pytest.raises(UnsupportedModel, match="needs Python code"):
        load_model(_settings(folder))


def test_code_is_not_needed_for_architectures_that_transformers_knows(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, auto_map={"AutoModelForCausalLM": "c.M"})
    (folder / "c.py").write_text("raise SystemExit('this ran')")
    assert type(load_model(_settings(folder)).model).__name__ == "LlamaForCausalLM"


def test_unknown_architecture(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, model_type="homemade")
    with pytest.raises(UnsupportedModel, match="homemade"):
        load_model(_settings(folder))


def test_sliding_window(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, model_type="mistral", architectures=["MistralForCausalLM"], sliding_window=16)
    with pytest.raises(UnsupportedModel, match="sliding-window"):
        load_model(_settings(folder))


def test_quantised_without_its_package(make_folder: MakeFolder) -> None:
    folder = make_folder()
    _edit_config(folder, quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})
    with pytest.raises(UnsupportedModel, match="quantised"):
        load_model(_settings(folder))


def test_devices() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda")
    for name in ("gpu", "meta", f"cuda:{torch.cuda.device_count()}"):
        with pytest.raises(UnsupportedModel, match=name):
            choose_device(name)


def test_quantising_without_torchao_tells_the_command_that_installs_it(template: Path) -> None:
    with pytest.raises(UnsupportedModel, match=r"pip install 'specedit-lsp\[quantization\]'"):
        load_model(ModelSettings(path=str(template), device="cpu", quantization="int8"))
