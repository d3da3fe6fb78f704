"""The runner: argmax ids, trees, what is kept of them, limits, faults."""

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
    assert runner.forward(tokens[:3], tokens[3:]) == expected[-4:]
    runner.begin()
    assert [runner.forward([token])[0] for token in tokens] == expected
    assert (runner.length, runner.forwards) == (6, 6)


def test_guesses_that_are_not_kept_leave_no_trace(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1, 2, 3])
    clean = runner.forward([4], [5])
    runner.keep(2 - 1, [])
    assert runner.length == 4
    runner.forward([200], [100, 50, 25], parents=[-1, -1, 1])
    runner.keep(3, [])
    runner.keep(1, [])
    runner.keep(1, [])
    assert runner.length == 3
    assert runner.forward([4], [5]) == clean
    assert runner.forwards == 4


def test_a_branch_of_a_tree_is_kept_as_if_it_had_been_written(loaded: LoadedModel) -> None:
    plain = ModelRunner(loaded)
    plain.forward([1, 2, 3])
    expected = [plain.forward([token])[0] for token in (4, 9, 8, 7)]
    runner = ModelRunner(loaded)
    runner.forward([1, 2, 3])
    #      4 -> 5 -> 6
    #       \-> 9 -> 8 and 4 -> 9 -> 5
    found = runner.forward([4], [5, 6, 9, 5, 8], parents=[-1, 0, -1, 2, 2])
    assert [found[0], found[3], found[5]] == expected[:3]
    runner.keep(5, [2, 4])
    assert runner.length == 3 + 1 + 2
    assert runner.forward([7])[0] == expected[3]


def test_only_what_was_guessed_can_be_kept(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1, 2, 3])
    for guesses, agreed in ((4, []), (2, [2])):
        with pytest.raises(ValueError, match="cannot keep"):
            runner.keep(guesses, agreed)


def test_the_context_can_be_filled_but_not_overfilled(loaded: LoadedModel) -> None:
    runner = ModelRunner(loaded)
    runner.forward([1] * 60)
    with pytest.raises(ContextOverflow, match="65 tokens do not fit"):
        runner.forward([1] * 5)
    assert runner.length == 60
    assert len(runner.forward([1], [1] * 3)) == 4


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers(loaded: LoadedModel, poison: float) -> None:
    with torch.no_grad():
        loaded.model.get_parameter("model.norm.weight").fill_(poison)
    with pytest.raises(NumericalFault, match="float32"):
        ModelRunner(loaded).forward([1, 2], [3])
