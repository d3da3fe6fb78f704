"""Half precision on a processor whose kernels are invariant: as in canonical shape, and nothing is padded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specedit_lsp.decoding.prefix_cache import PrefixCache
from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder, Step
from specedit_lsp.drafting.router import Router
from specedit_lsp.model import attention, gate
from specedit_lsp.model.gate import find_row_dependence, prove_shape
from specedit_lsp.model.kernel_dependence import find_kernel_dependence
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import PackedLinear
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import INVARIANT, choose_shape
from tests.decoding.corrupting import Corrupting

VOCABULARY = 96
SHAPE = replace(INVARIANT, rows=24, branches=4)
BUCKET = 128
PROMPT = random.Random(7).choices(range(VOCABULARY), k=30)
LENGTH = 40


@pytest.fixture(scope="module", autouse=True)
def packed(tiny_half: LoadedModel) -> None:
    """Only machines that have kernels for packed bfloat16 weights have invariant ones."""
    if not any(isinstance(layer, PackedLinear) for layer in tiny_half.model.modules()):
        pytest.skip("this machine has no kernels for packed weights in bfloat16")


def roomy(loaded: LoadedModel) -> LoadedModel:
    """With a context that is worth the proof."""
    return replace(loaded, max_context=2 * INVARIANT.rows)


def decode(runner: ModelRunner, prompt: Sequence[int], *sources: Corrupting) -> tuple[list[int], list[Step]]:
    decoder = SpeculativeDecoder(runner, 512)
    steps = list(decoder.decode(prompt, Router(sources, branches=4), frozenset(), LENGTH))
    return [token for step in steps for token in step.tokens], steps


def test_the_gate_finds_no_dependence(packed_half_model: LoadedModel) -> None:
    for branches in (1, 2, 4):
        assert find_row_dependence(packed_half_model, SHAPE, BUCKET, branches) == 0.0
    shape, worst = prove_shape(roomy(packed_half_model))
    assert (shape.invariant, shape.branches > 1, worst) == (True, True, 0.0)


@pytest.mark.parametrize("wrong", [0.0, 0.1, 0.5, 1.0])
def test_tokens_are_those_without_drafts(packed_half_model: LoadedModel, wrong: float) -> None:
    plain, plain_steps = decode(ModelRunner(packed_half_model, SHAPE), PROMPT)
    assert len(set(plain)) > 5, "else this would prove little"
    tokens, steps = decode(
        ModelRunner(packed_half_model, SHAPE), PROMPT, Corrupting(plain, wrong, VOCABULARY)
    )
    assert tokens == plain
    if wrong < 0.5:
        assert len(steps) < len(plain_steps) / 2


def test_a_token_alone_has_the_logits_that_it_has_among_others(packed_half_model: LoadedModel) -> None:
    tokens = random.Random(1).choices(range(VOCABULARY), k=60)

    def compute(pieces: Sequence[int]) -> torch.Tensor:
        runner = ModelRunner(packed_half_model, SHAPE)
        found = []
        done = 0
        for piece in pieces:
            runner.forward(tokens[done : done + 1], tokens[done + 1 : done + piece])
            assert runner._scores is not None
            found.append(runner._scores[0].clone())
            runner.keep(piece - 1, range(piece - 1))
            done += piece
        return torch.cat(found)

    expected = compute([1] * 60)
    for pieces in ([24, 24, 12], [3, 9] * 5, [7] * 8 + [4]):
        assert torch.equal(compute(pieces), expected)


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_prompt_read_before_changes_nothing(tiny_half: LoadedModel, data: st.DataObject) -> None:
    cache = PrefixCache(lambda: ModelRunner(tiny_half, SHAPE), data.draw(st.sampled_from([0, 40_000, 10**9])))
    prompt = PROMPT
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(prompt)))
        end = data.draw(st.integers(start, len(prompt)))
        inserted = data.draw(st.lists(st.integers(0, 95), max_size=20))
        prompt = [*prompt[:start], *inserted, *prompt[end:]][:60] or [1]
        expected, _ = decode(ModelRunner(tiny_half, SHAPE), prompt)
        runner = cache.take(prompt)
        found, _ = decode(runner, prompt, Corrupting(expected, 0.2, VOCABULARY))
        assert found == expected
        cache.give_back(runner)


def test_what_was_read_counts_whatever_comes_behind_it(tiny_half: LoadedModel) -> None:
    runner = ModelRunner(tiny_half, SHAPE)
    decode(runner, PROMPT)
    assert runner.count_reusable(PROMPT, 40) == runner.count_reusable(PROMPT, 150) == len(PROMPT)


def test_forwards_have_no_more_rows_than_they_need(tiny_half: LoadedModel) -> None:
    seen: list[torch.Size] = []
    handle = tiny_half.model.register_forward_pre_hook(lambda model, ids: seen.append(ids[0].shape))
    try:
        runner = ModelRunner(tiny_half, SHAPE)
        runner.forward(PROMPT[:10], [1, 2])
        runner.keep(2, [0])
        runner.forward_branches(3, [[4, 5], [6], [7, 8]])
    finally:
        handle.remove()
    assert [tuple(shape) for shape in seen] == [(1, 12), (4, 3)]


def test_a_forward_has_no_more_rows_than_were_proved(tiny_half: LoadedModel) -> None:
    runner = ModelRunner(tiny_half, SHAPE)
    assert runner.count_free(1) == SHAPE.rows - 1
    with pytest.raises(ValueError, match="rows"):
        runner.forward([1], [2] * SHAPE.rows)
    with pytest.raises(ValueError, match="do not fit"):
        runner.forward_branches(1, [[2] * 6, [3]] * 2)


def test_where_kernels_are_not_invariant_every_forward_is_padded(
    tiny_half: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "find_row_dependence", lambda loaded, shape, *rest: float(shape.invariant))
    shape, worst = prove_shape(roomy(tiny_half))
    assert replace(shape, branches=1) == choose_shape(tiny_half.device, tiny_half.dtype)
    assert worst == 0.0


def test_the_gate_finds_rows_that_depend_on_their_company(
    tiny_half: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = attention._attend_in_blocks

    def attend(query: torch.Tensor, *rest: Any) -> torch.Tensor:
        return right(query, *rest) * (1 + query.shape[2] / 64)

    monkeypatch.setattr(attention, "_attend_in_blocks", attend)
    assert find_row_dependence(tiny_half, SHAPE, BUCKET) > 0
    assert not prove_shape(roomy(tiny_half))[0].invariant


def test_a_token_alone_is_kept_company_in_wide_layers(wide_half: LoadedModel) -> None:
    shape, worst = prove_shape(wide_half)
    assert (shape.invariant, worst) == (True, 0.0)
    dice = random.Random(5)
    runner = ModelRunner(wide_half, shape)
    runner.begin((), 400)
    runner.forward(dice.choices(range(VOCABULARY), k=100))
    for _ in range(60):
        token = dice.randrange(VOCABULARY)
        runner.forward([token])
        assert runner._scores is not None
        alone = runner._scores[0, 0].clone()
        runner.cut(runner.length - 1)
        runner.forward([token], [1] * 4)
        assert torch.equal(runner._scores[0, 0], alone)
        runner.keep(4, [])


@pytest.mark.parametrize("prompt", [95, 126, 127, 128, 155, 159, 160])
def test_a_context_can_be_filled_to_the_last_token(tiny_half: LoadedModel, prompt: int) -> None:
    tokens = random.Random(3).choices(range(VOCABULARY), k=prompt)
    plain, _ = decode(ModelRunner(tiny_half, SHAPE), tokens)
    assert len(plain) == min(LENGTH, tiny_half.max_context - prompt + 1)
    found, _ = decode(ModelRunner(tiny_half, SHAPE), tokens, Corrupting(plain, 0.2, VOCABULARY))
    assert found == plain


def test_models_with_layers_or_attention_of_their_own_are_padded(half_model: LoadedModel) -> None:
    shape, worst = prove_shape(roomy(half_model))
    assert worst == 0.0
    assert shape.invariant == (half_model.dtype == torch.bfloat16 and half_model.name != "gpt2")


def test_so_are_those_with_little_context(tiny_half: LoadedModel) -> None:
    assert not prove_shape(tiny_half)[0].invariant


def test_a_kernel_that_rounds_otherwise_once_is_found(
    tiny_half: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = PackedLinear.forward

    def forward(layer: PackedLinear, rows: torch.Tensor) -> torch.Tensor:
        found = right(layer, rows)
        if rows.shape[0] == 7 and layer.in_features == 64:
            found[0, 0] += 1e-2
        return found

    monkeypatch.setattr(PackedLinear, "forward", forward)
    assert find_kernel_dependence(tiny_half) > 0
