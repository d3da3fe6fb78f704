"""Half precision in canonical shape: no draft, no company and no earlier prompt changes a bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specedit_lsp.decoding.prefix_cache import PrefixCache
from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder, Step
from specedit_lsp.drafting.router import Router
from specedit_lsp.model.attention import NAME
from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.gate import find_row_dependence
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE, Shape, choose_shape
from tests.decoding.corrupting import Corrupting

VOCABULARY = 96
SHAPE = Shape(rows=8, canonical=True, branches=4)
BUCKET = 128
PROMPT = random.Random(7).choices(range(VOCABULARY), k=30)
LENGTH = 40


def decode(runner: ModelRunner, prompt: Sequence[int], *sources: Corrupting) -> tuple[list[int], list[Step]]:
    decoder = SpeculativeDecoder(runner, 512)
    steps = list(decoder.decode(prompt, Router(sources, branches=4), frozenset(), LENGTH))
    return [token for step in steps for token in step.tokens], steps


def test_our_attention_serves_every_one_of_these(half_model: LoadedModel) -> None:
    assert half_model.model.config._attn_implementation == NAME


def test_the_gate_finds_no_dependence(half_model: LoadedModel) -> None:
    for branches in (1, 2, 4):
        assert find_row_dependence(half_model, SHAPE, BUCKET, branches) == 0.0


@pytest.mark.parametrize("wrong", [0.0, 0.1, 0.5, 1.0])
def test_tokens_are_those_without_drafts(half_model: LoadedModel, wrong: float) -> None:
    plain, plain_steps = decode(ModelRunner(half_model, SHAPE), PROMPT)
    assert len(set(plain)) > 5, "else this would prove little"
    tokens, steps = decode(ModelRunner(half_model, SHAPE), PROMPT, Corrupting(plain, wrong, VOCABULARY))
    assert tokens == plain
    if wrong < 0.5:
        assert len(steps) < len(plain_steps) / 2


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_prompt_read_before_changes_nothing(tiny_half: LoadedModel, data: st.DataObject) -> None:
    """Files change at any place between two rewrites; what is reused of the first must be as if read anew."""
    most_bytes = data.draw(st.sampled_from([0, 40_000, 10**9]))
    cache = PrefixCache(lambda: ModelRunner(tiny_half, SHAPE), most_bytes)
    prompt = PROMPT
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(prompt)))
        end = data.draw(st.integers(start, len(prompt)))
        inserted = data.draw(st.lists(st.integers(0, 95), max_size=20))
        prompt = [*prompt[:start], *inserted, *prompt[end:]][:60] or [1]
        expected, _ = decode(ModelRunner(tiny_half, SHAPE), prompt)
        runner = cache.take(prompt)
        other = cache.take(prompt) if data.draw(st.booleans()) else None
        found, _ = decode(runner, prompt, Corrupting(expected, 0.2, VOCABULARY))
        assert found == expected
        if other:
            assert decode(other, prompt)[0] == expected
            cache.give_back(other)
        cache.give_back(runner)


def test_what_two_prompts_share_is_read_once(tiny_half: LoadedModel) -> None:
    cache = PrefixCache(lambda: ModelRunner(tiny_half, SHAPE), most_bytes=10**9)
    first = cache.take(PROMPT)
    decode(first, PROMPT)
    cache.give_back(first)
    changed = [*PROMPT[:25], 1, 2, 3]
    second = cache.take(changed)
    assert second.count_shared(changed) == 25
    _, steps = decode(second, changed)
    assert not any(step.is_reading for step in steps), "three tokens are left to read"
    cache.give_back(second)


def test_what_was_read_in_another_bucket_does_not_count(tiny_half: LoadedModel) -> None:
    """Its bits may differ, so it is read anew: nobody may be told otherwise, nor lose a runner for it."""
    long = 1200
    shape = Shape(rows=8, canonical=True)
    runner = ModelRunner(replace(tiny_half, max_context=4096), shape)
    cache = PrefixCache(lambda: runner, most_bytes=10**9)
    assert cache.take(PROMPT, 100) is runner
    runner.begin(PROMPT, 100)
    runner.forward(PROMPT)
    cache.give_back(runner)
    assert cache.count_reusable(PROMPT, 100) == len(PROMPT)
    assert cache.count_reusable(PROMPT, long) == 0
    runner.begin(PROMPT, long)
    assert runner.length == 0


def test_a_prompt_that_shares_little_leaves_the_other_in_place(tiny_half: LoadedModel) -> None:
    cache = PrefixCache(lambda: ModelRunner(tiny_half, SHAPE), most_bytes=10**9)
    first = cache.take(PROMPT)
    decode(first, PROMPT)
    cache.give_back(first)
    other = [*PROMPT[:6], *reversed(PROMPT)]
    second = cache.take(other)
    assert second is not first
    assert second.count_shared(other) == 6, "what they share was copied"
    decode(second, other)
    cache.give_back(second)
    assert cache.take(PROMPT) is first


def test_memory_is_given_back(tiny_half: LoadedModel) -> None:
    cache = PrefixCache(lambda: ModelRunner(tiny_half, SHAPE), most_bytes=0)
    runner = cache.take(PROMPT)
    decode(runner, PROMPT)
    assert runner.bytes > 0
    cache.give_back(runner)
    assert runner.bytes == 0


def test_branches_of_one_bucket_are_not_taken_for_those_of_another(tiny_half: LoadedModel) -> None:
    """A recorded forward writes to its own states: those of another bucket are older, or younger."""
    cache = KVCache(tiny_half.device)
    cache.reserve(2 * BUCKET)
    forward = CanonicalForward(tiny_half, cache, SHAPE)
    forward.run([[1, 2], [3, 4]], 0, BUCKET)
    forward.run([[5, 6], [7, 8]], 0, 2 * BUCKET)
    slots = torch.arange(4)
    adopted = []
    for bucket in (BUCKET, 2 * BUCKET, BUCKET):
        cache.adopt(2, bucket, 1, slots)
        adopted.append(cache._filled()[0].keys[:, :, :2].clone())
    assert torch.equal(adopted[0], adopted[2])
    assert not torch.equal(adopted[0], adopted[1])


def test_only_float32_on_a_processor_is_free() -> None:
    assert choose_shape(torch.device("cpu"), torch.float32) is FREE
    for device, dtype in (("cpu", torch.bfloat16), ("cuda", torch.float32), ("cuda", torch.bfloat16)):
        assert choose_shape(torch.device(device), dtype).canonical


@given(tokens=st.integers(1, 40_000), most=st.integers(64, 40_000))
def test_a_bucket_has_room_for_the_sequence_and_the_padding(tokens: int, most: int) -> None:
    tokens = min(tokens, most)
    assert SHAPE.choose_bucket(tokens, most) >= tokens + SHAPE.rows
