"""How sure the model was of its own tokens: the same with drafts as without, in every shape of forward."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder, Step
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE, Shape

PROMPT = random.Random(7).choices(range(96), k=30)
LENGTH = 40


class Guessing:
    """Proposes something long that is wrong, then two tokens of the right answer and a wrong one."""

    name = "guessing"

    def __init__(self, answer: Sequence[int]) -> None:
        self._answer = answer
        self._heard = 0

    def hear(self, verified: Sequence[int]) -> None:
        self._heard += len(verified)

    def propose(self, width: int) -> Sequence[Draft]:
        rest = self._answer[self._heard : self._heard + width]
        if len(rest) < 3:
            return []
        wrong, right = (95 - rest[0], 3, 3, 3, 3), (*rest[:2], 95 - rest[2])
        return [Draft(self.name, wrong, 1), Draft(self.name, right, 1)]


def decode(runner: ModelRunner, *sources: Guessing) -> list[Step]:
    decoder = SpeculativeDecoder(runner, 512, margins=True)
    return list(decoder.decode(PROMPT, Router(sources, branches=4), frozenset(), LENGTH))


def list_margins(steps: Sequence[Step]) -> dict[int, float | None]:
    """The margin of each token that the model wrote itself, by its place in the output."""
    margins, done = {}, 0
    for step in steps:
        done += len(step.tokens)
        if step.tokens:
            margins[done - 1] = step.margin
    return margins


def compare(loaded: LoadedModel, shape: Shape) -> tuple[list[float | None], list[float | None]]:
    plain = decode(ModelRunner(loaded, shape))
    answer = [token for step in plain for token in step.tokens]
    drafted = decode(ModelRunner(loaded, shape), Guessing(answer))
    assert [token for step in drafted for token in step.tokens] == answer
    assert sum(bool(step.tokens) for step in drafted) < len(answer) / 1.5
    ours, theirs = list_margins(drafted), list_margins(plain)
    return list(ours.values()), [theirs[place] for place in ours]


def test_trees_measure_as_plain_decoding_does(tiny_model: LoadedModel) -> None:
    drafted, plain = compare(tiny_model, FREE)
    assert drafted == pytest.approx(plain, abs=1e-4)
    assert len(set(plain)) > 5


def test_canonical_forwards_measure_to_the_bit(tiny_half: LoadedModel) -> None:
    drafted, plain = compare(tiny_half, Shape(rows=16, canonical=True, branches=4))
    assert drafted == plain
    assert len(set(plain)) > 5


def test_nothing_is_measured_unless_asked_for(tiny_model: LoadedModel) -> None:
    runner = ModelRunner(tiny_model)
    steps = SpeculativeDecoder(runner, 8).decode(PROMPT, Router(()), frozenset(), 3)
    assert {step.margin for step in steps} == {None}
    with pytest.raises(ValueError, match="right after a forward"):
        runner.measure_margin(0)
