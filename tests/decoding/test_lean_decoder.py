"""The lean decoder: the same layers, and transformers' own wherever it would not be the same."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import torch
from torch.nn.functional import relu

from specedit_lsp.evaluation.stock_model import StockModel
from specedit_lsp.model import lean_decoder
from specedit_lsp.model.lean_decoder import LeanDecoder, find_stock, slim
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import with_layers
from specedit_lsp.model.runner import ModelRunner

LEAN = {"llama", "deepseek-coder", "qwen2", "qwen3"}
TOKENS = [3, 14, 15, 92, 65, 35, 89, 79]


def is_lean(loaded: LoadedModel) -> bool:
    return any(isinstance(layer, LeanDecoder) for layer in loaded.model.modules())


@torch.inference_mode()
def compute(loaded: LoadedModel) -> torch.Tensor:
    """[rows, vocabulary]"""
    logits: torch.Tensor = loaded.model(torch.tensor([TOKENS])).logits[0]
    return logits


def test_families_like_llama_have_one(any_model: LoadedModel) -> None:
    assert is_lean(any_model) == (any_model.name in LEAN)


def test_it_says_what_the_decoder_of_transformers_says(any_model: LoadedModel) -> None:
    found = compute(any_model)
    with StockModel(any_model.model).lend():
        assert not is_lean(any_model)
        expected = compute(any_model)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert torch.equal(compute(any_model), found)


def test_forwards_over_a_cache_are_those_of_transformers(any_model: LoadedModel) -> None:
    def run() -> list[torch.Tensor]:
        runner = ModelRunner(any_model)
        scores = []
        for fed, guesses, parents in ((TOKENS, [], None), ([1], [2, 3, 4], [-1, 0, -1]), ([5], [6, 7], None)):
            runner.forward(fed, guesses, parents)
            assert runner._scores is not None
            scores.append(runner._scores.clone())
            runner.keep(len(guesses), [1] if parents is None and guesses else [])
        return scores

    found = run()
    with with_layers(any_model.model, find_stock(any_model.model)):
        expected = run()
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_weights_keep_their_names(any_model: LoadedModel) -> None:
    found = [name for name, _ in any_model.model.named_parameters()]
    with with_layers(any_model.model, find_stock(any_model.model)):
        assert sorted(found) == sorted(name for name, _ in any_model.model.named_parameters())


def break_silu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean_decoder, "silu", relu)


def break_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise TypeError("another signature")

    monkeypatch.setattr(lean_decoder, "attend", fail)


@pytest.mark.parametrize(
    ("spoil", "reason"), [(break_silu, "other results"), (break_attention, "another signature")]
)
def test_a_model_for_which_it_is_not_the_same_keeps_its_own(
    tiny_model: LoadedModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    with with_layers(tiny_model.model, find_stock(tiny_model.model)):
        spoil(monkeypatch)
        with caplog.at_level(logging.INFO):
            slim(tiny_model.model, tiny_model.group)
        assert not is_lean(tiny_model)
    assert reason in caplog.text
    assert is_lean(tiny_model)


def test_models_that_attend_in_their_own_way_keep_their_decoder(tiny_model: LoadedModel) -> None:
    with with_layers(tiny_model.model, find_stock(tiny_model.model)):
        tiny_model.model.set_attn_implementation("sdpa")
        try:
            slim(tiny_model.model, 1)
            assert not is_lean(tiny_model)
        finally:
            tiny_model.model.set_attn_implementation("specedit")
