"""Models that are split over two processes write what they write with drafting off, and in one process."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from specedit_lsp.decoding.prefix_cache import PrefixCache
from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder
from specedit_lsp.drafting.router import Router
from specedit_lsp.evaluation.audit.adversaries import ADVERSARIES
from specedit_lsp.evaluation.audit.compare import Auditor
from specedit_lsp.evaluation.audit.report import AuditReport
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.live.line_up import line_up
from specedit_lsp.evaluation.live.run import Clock
from specedit_lsp.evaluation.target import Target
from specedit_lsp.model.attention import NAME
from specedit_lsp.model.faults import ContextOverflow, ModelFault
from specedit_lsp.model.gate import prove_shape
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE, Shape
from specedit_lsp.settings import Settings
from tests.decoding.corrupting import Corrupting
from tests.model.split_models import CONTEXT, settings_of, split_model, write_checkpoint

VOCABULARY = 264
SHAPE = Shape(rows=8, canonical=True, branches=4)
PROMPT = random.Random(7).choices(range(VOCABULARY), k=40)
LENGTH = 40


def decode(runner: ModelRunner, prompt: Sequence[int], *sources: Corrupting) -> tuple[list[int], int]:
    """What the model writes, and in how many forwards."""
    decoder = SpeculativeDecoder(runner, 512)
    steps = list(decoder.decode(prompt, Router(sources, branches=4), frozenset(), LENGTH))
    return [token for step in steps for token in step.tokens], len(steps)


@pytest.fixture(scope="module", params=["llama bfloat16", "qwen2 float32"])
def loaded(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedModel]:
    name, dtype = request.param.split()
    folder = write_checkpoint(tmp_path_factory.mktemp(name), name, AutoTokenizer.from_pretrained(template))
    with split_model(settings_of(folder, dtype)) as model:
        yield model


def make_runner(loaded: LoadedModel) -> ModelRunner:
    return ModelRunner(loaded, FREE if loaded.dtype is torch.float32 else SHAPE)


def load_whole(loaded: LoadedModel) -> LoadedModel:
    """The same model in this process alone."""
    return load_model(settings_of(loaded.folder, str(loaded.dtype).removeprefix("torch."), ranks=1))


def test_each_rank_has_its_share_of_all_heads(loaded: LoadedModel) -> None:
    assert loaded.ranks == 2
    assert loaded.group == 2
    assert loaded.model.config._attn_implementation == NAME
    runners = [make_runner(loaded), make_runner(load_whole(loaded))]
    for runner in runners:
        runner.forward([1, 2, 3])
    assert runners[0].bytes * 2 == runners[1].bytes


def test_the_gate_is_run_by_all_ranks(loaded: LoadedModel) -> None:
    shape, worst = prove_shape(loaded)
    assert worst == 0.0
    if shape.canonical:
        assert shape.branches > 1
    else:
        assert shape == FREE


@pytest.mark.parametrize("wrong", [0.0, 0.3, 1.0])
def test_tokens_are_those_without_drafts(loaded: LoadedModel, wrong: float) -> None:
    plain, forwards = decode(make_runner(loaded), PROMPT)
    assert len(set(plain)) > 5, "else this would prove little"
    tokens, fewer = decode(make_runner(loaded), PROMPT, Corrupting(plain, wrong, VOCABULARY))
    assert tokens == plain
    if not wrong:
        assert fewer < forwards / 2


@pytest.mark.parametrize("loaded", ["qwen2 float32"], indirect=True)
def test_in_full_precision_they_are_those_of_one_process(loaded: LoadedModel) -> None:
    """In half precision sums are rounded elsewhere: another engine, exact for itself."""
    found, _ = decode(make_runner(loaded), PROMPT)
    expected, _ = decode(make_runner(load_whole(loaded)), PROMPT)
    assert found == expected


@pytest.mark.parametrize("loaded", ["qwen2 float32"], indirect=True)
def test_an_audit_leaves_out_what_runs_in_one_process(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target(loaded, Settings(model=settings_of(loaded.folder)))
    assert target.device.startswith("2 × cpu")
    ask = target.ask
    monkeypatch.setattr(target, "ask", lambda case: replace(ask(case), max_new_tokens=12))
    audited = Auditor(target, ("selection",)).audit(EditCase("e", "python", "rename", "a = 1", ""))
    assert audited
    assert [compared.way for compared in audited.comparisons] == ["selection", *ADVERSARIES]
    assert not any(compared.mismatch for compared in audited.comparisons)
    report = AuditReport("m", target.device, True, None, (audited,), 0, 0, str)
    assert "not compared with a model that is split" in str(report.to_table().renderables[-1])


@pytest.mark.parametrize("loaded", ["qwen2 float32"], indirect=True)
def test_a_live_bench_has_nothing_to_race_a_split_model(loaded: LoadedModel) -> None:
    settings = Settings(model=settings_of(loaded.folder))
    with pytest.raises(ValueError, match="tensorParallel"):
        line_up([], Target(loaded, settings), settings, Clock.WALL, [])


def test_what_was_read_before_is_shared_by_all_ranks(loaded: LoadedModel) -> None:
    cache = PrefixCache(lambda: make_runner(loaded), 10**9)
    first = cache.take(PROMPT)
    decode(first, PROMPT)
    cache.give_back(first)
    other = [*PROMPT[:15], 5, 6]
    expected, _ = decode(make_runner(loaded), other)
    runner = cache.take(other)
    assert runner is not first
    assert runner.count_shared(other) == 15
    assert decode(runner, other, Corrupting(expected, 0.3, VOCABULARY))[0] == expected


def test_a_process_leads_one_split_model_at_a_time(loaded: LoadedModel) -> None:
    with pytest.raises(ModelFault, match="runs a split model already"):
        load_model(settings_of(loaded.folder))
    assert len(make_runner(loaded).forward([1, 2, 3])) == 1


def test_what_is_refused_leaves_the_ranks_in_step(loaded: LoadedModel) -> None:
    runner = make_runner(loaded)
    expected = runner.forward([1, 2, 3])
    with pytest.raises(ContextOverflow):
        runner.forward([1] * (CONTEXT + 1))
    with pytest.raises(ValueError, match="cannot keep"):
        runner.keep(9, [])
    runner.begin([1, 2, 3])
    assert runner.forward([3]) == expected
