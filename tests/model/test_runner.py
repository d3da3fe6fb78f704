"""The runner: argmax ids, rollback, limits, faults."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from specedit_lsp.model.faults import ContextOverflow, NumericalFault
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import ModelSettings


@pytest.fixture
def loaded(template: Path) -> LoadedModel:
    return load_model(ModelSettings(path=str(template), device="cpu"))


def test_ids_are_those_of_a_plain_forward(loaded: LoadedModel) -> None:
    tokens = [3, 14, 15, 92, 65, 35]
    with torch.inference_mode():
        expected = loaded.model(torch.tensor([tokens])).logits[0].argmax(-1).tolist()
    runner = ModelRunner(loaded)
    assert runner.forward(tokens, keep=4) == expected[-4:]
    runner.begin()
    assert [runner.forward([token], keep=1)[0] for token in tokens] == expected
    assert (runner.length, runner.forwards) == (6, 6)


def test_rollback_leaves_no_trace(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1, 2, 3], keep=1)
    clean = runner.forward([4, 5], keep=2)
    runner.rollback(2)
    runner.forward([200, 100, 50, 25], keep=1)
    runner.rollback(4)
    runner.rollback(0)
    assert runner.length == 3
    assert runner.forward([4, 5], keep=2) == clean
    assert runner.forwards == 4


def test_rollback_has_an_end(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1, 2, 3], keep=1)
    for count in (-1, 4):
        with pytest.raises(ValueError, match="cannot take"):
            runner.rollback(count)


def test_the_context_can_be_filled_but_not_overfilled(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1] * 60, keep=1)
    with pytest.raises(ContextOverflow, match="65 tokens do not fit"):
        runner.forward([1] * 5, keep=1)
    assert runner.length == 60
    assert len(runner.forward([1] * 4, keep=4)) == 4


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers(loaded: LoadedModel, poison: float) -> None:
    with torch.no_grad():
        loaded.model.get_parameter("model.norm.weight").fill_(poison)
    with pytest.raises(NumericalFault, match="float32"):
        ModelRunner(loaded).forward([1, 2, 3], keep=2)
