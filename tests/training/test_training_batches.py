"""Loss weights, padding and the schedule."""

from __future__ import annotations

import pytest

from specedit_lsp.training.batches import CHANGED_WEIGHT, Sequence, collate, weigh_changes
from specedit_lsp.training.plan import PLANS, choose_plan
from specedit_lsp.training.schedule import DECAY_FROM, longest_example, rate_factor
from specedit_lsp.training.tokenizer import END, PAD


def test_copied_tokens_weigh_one() -> None:
    assert weigh_changes([7, 8, 9], [7, 8, 9, END]) == [1.0] * 4


def test_changed_tokens_and_the_two_after_weigh_more() -> None:
    heavy = CHANGED_WEIGHT
    assert weigh_changes([7, 8, 9, 10, 11], [7, 20, 9, 10, 11, END]) == [1, heavy, heavy, heavy, 1, 1]


def test_a_deletion_weighs_on_what_follows() -> None:
    assert weigh_changes([7, 8, 9, 10], [7, 10, END])[1] == CHANGED_WEIGHT


def test_targets_are_the_next_tokens() -> None:
    batch = collate(
        [Sequence([1, 5, 2, 6, 3, 6, 4], [0, 0, 0, 0, 0, 1, 1], 5), Sequence([1, 9], [0, 0.5], 2)]
    )
    assert batch.tokens.shape == (2, 16)
    assert batch.tokens[1, 2:].eq(PAD).all()
    flat = batch.tokens.flatten()
    assert flat[batch.positions + 1].tolist() == batch.targets.tolist() == [6, 4, 9]
    assert batch.output.tolist() == [True, True, False]
    assert batch.weights.tolist() == [1, 1, 0.5]


def test_length_is_final_before_the_rate_decays() -> None:
    plan = PLANS["mini"]
    assert longest_example(plan, 0.0) == plan.shortest
    assert longest_example(plan, DECAY_FROM) == plan.longest // 32 * 32
    assert rate_factor(plan, DECAY_FROM, 1000) == pytest.approx(1.0)


def test_rate_warms_up_and_ends_at_zero() -> None:
    plan = PLANS["mini"]
    assert 0 < rate_factor(plan, 0.0, 0) < rate_factor(plan, 0.0, 10) < rate_factor(plan, 0.1, 1000) == 1.0
    assert rate_factor(plan, 1.0, 1000) == 0.0


def test_rate_decays_throughout_where_the_length_never_grows() -> None:
    plan = choose_plan("mini", shortest=PLANS["mini"].longest)
    assert rate_factor(plan, 0.25, 1000) == pytest.approx(0.75)
