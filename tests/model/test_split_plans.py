"""What cannot be split is refused before any process is started, with what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import GPT2Config

from specedit_lsp.model.faults import UnsupportedModel
from specedit_lsp.model.loading import load_model
from specedit_lsp.model.parallel import followers
from specedit_lsp.model.parallel.plan import as_share
from specedit_lsp.settings import ModelSettings


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(followers, "Followers", fail)


def load(folder: Path, **changes: object) -> None:
    settings = {"path": str(folder), "device": "cpu", "tensorParallel": 2}
    load_model(ModelSettings.model_validate(settings | changes))


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_fewer_devices_than_asked_for(template: Path, monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(UnsupportedModel, match=r"is 4, but PyTorch sees 2 GPUs\. Set it to 2 at most"):
        load(template, device=device, tensorParallel=4)


def test_no_devices_at_all(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(UnsupportedModel, match=r"PyTorch sees 0 GPUs\. Set it to 1 at most"):
        load(template, device="auto")


def test_one_device_by_name(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(UnsupportedModel, match=r"cuda:1, one device.* Set device to cuda"):
        load(template, device="cuda:1")


def test_processors_where_there_are_gpus(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch._C, "_get_accelerator", lambda: torch.device("cuda"))
    with pytest.raises(UnsupportedModel, match=r"Set tensorParallel to 1, or device to cuda"):
        load(template)


@pytest.mark.parametrize(("ranks", "reason"), [(3, "4 attention heads"), (4, "2 key-value heads")])
def test_heads_that_cannot_be_dealt_evenly(template: Path, ranks: int, reason: str) -> None:
    with pytest.raises(UnsupportedModel, match=rf"{reason} cannot be dealt evenly to {ranks} devices\. Set"):
        load(template, tensorParallel=ranks)


def test_a_kind_of_model_without_a_plan(make_folder: Callable[..., Path]) -> None:
    folder = make_folder()
    GPT2Config(n_positions=64).save_pretrained(folder)
    with pytest.raises(UnsupportedModel, match=r"no plan by which to split a gpt2 model\. Set"):
        load(folder)


def test_quantised_weights(template: Path) -> None:
    with pytest.raises(UnsupportedModel, match="Set quantization to none, or tensorParallel to 1"):
        load(template, quantization="int8")


def test_the_package_that_transformers_asks_for_is_not_needed() -> None:
    device_maps: Any = import_module("transformers.integrations.accelerate")
    asked = device_maps.is_accelerate_available
    with as_share(2) as told:
        assert device_maps.check_and_set_device_map(torch.device("cpu")) == {"": torch.device("cpu")}
        assert told["distributed_config"].tp_size == 2
    assert device_maps.is_accelerate_available is asked


def test_a_model_that_is_not_split_is_loaded_as_ever() -> None:
    with as_share(1) as told:
        assert told == {}
