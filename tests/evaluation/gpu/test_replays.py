"""Answers forced upon a model: they come out, at the price of real forwards, and drafts never see ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import cast

import pytest
from transformers import PreTrainedTokenizerBase

from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder
from specedit_lsp.drafting.router import Router
from specedit_lsp.evaluation.gpu.findings import LeftOut, ReplayRun
from specedit_lsp.evaluation.gpu.forced_runner import ForcedRunner
from specedit_lsp.evaluation.gpu.generated_edits import make_style_renames
from specedit_lsp.evaluation.gpu.parts import EditSet, Part, ReplayPlan, Step
from specedit_lsp.evaluation.gpu.replays import (
    DISAGREEMENTS,
    PLAIN,
    UNDRAFTED,
    Errand,
    Replayer,
    disagree,
    replay_edits,
)
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.evaluation.live.contenders import Drafted
from specedit_lsp.evaluation.methods.ours import NAME
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.task import build_task
from specedit_lsp.model.kv_cache import KVLayer
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import Shape

SHAPE = Shape(rows=64, canonical=True, branches=4)


@pytest.fixture(scope="module")
def errand(tokenizer: PreTrainedTokenizerBase) -> Errand:
    """A rename in a short function."""
    case = min(make_style_renames(12), key=lambda case: len(case.before))
    task, answer = build_task(case, tokenizer)
    return Errand(case.id, task, answer, len(case.after))


@pytest.fixture(scope="module")
def replayer(loaded: LoadedModel, errand: Errand) -> Replayer:
    """Warmed up for that rename."""
    replayer = Replayer(loaded, SHAPE)
    replayer.warm_up([errand])
    return replayer


def test_the_forced_sequence_comes_out_whatever_the_model_thinks(loaded: LoadedModel) -> None:
    runner = ForcedRunner(loaded, SHAPE)
    runner.force([5, 6, 7, 8, 9])
    assert runner.forward([5, 6], [7, 1]) == [7, 8, 9]
    assert runner.forward_branches(9, [[3], [0, 4]]) == [[0, 0], [0, 0, 0]]
    runner.cut(0)
    free = ModelRunner(loaded, SHAPE).forward([5, 6], [7, 1])
    assert free != [7, 8, 9]


def test_a_forced_forward_computes_what_a_free_one_does(loaded: LoadedModel) -> None:
    forced, free = ForcedRunner(loaded, SHAPE), ModelRunner(loaded, SHAPE)
    forced.force([5, 6, 7, 8])
    forced.forward([5, 6, 7, 8])
    free.forward([5, 6, 7, 8])
    ours, theirs = (cast("KVLayer", runner._cache.layers[-1]) for runner in (forced, free))
    assert ours.keys[:, :, :4].equal(theirs.keys[:, :, :4])


@pytest.mark.parametrize("method", [NAME, "tuned_pld", "saferoute"])
def test_each_method_arrives_at_the_answer_in_fewer_forwards(
    replayer: Replayer, errand: Errand, method: str
) -> None:
    forwards, seconds, first = replayer.replay(method, errand.task, errand.answer)
    assert forwards < len(errand.answer) / 2
    assert 0 < first <= seconds


@pytest.mark.parametrize("method", [PLAIN, UNDRAFTED])
def test_plain_decoding_takes_a_forward_for_each_token(
    replayer: Replayer, errand: Errand, method: str
) -> None:
    answer = (*errand.answer[:12], errand.answer[-1])
    reading = len(errand.task.prompt) // SHAPE.rows
    forwards, _, _ = replayer.replay(method, errand.task, answer)
    assert forwards - len(answer) in (reading, reading + 1)


def test_plain_decoding_reads_no_prompt_row_by_row_where_a_bucket_is_nearly_full(
    loaded: LoadedModel, errand: Errand
) -> None:
    # With as many rows as ours a sequence of so many tokens needs the next bucket, with one row it would not.
    answer = (*errand.answer[:12], errand.answer[-1])
    missing = 1024 - SHAPE.rows // 2 - len(errand.task.prompt) - len(answer)
    task = replace(errand.task, prompt=(*errand.task.prompt[:1] * missing, *errand.task.prompt))
    forwards, _, _ = Replayer(loaded, SHAPE).replay(PLAIN, task, answer)
    assert forwards <= 1024 / SHAPE.rows + len(answer)


def test_another_answer_than_was_forced_is_no_measurement(replayer: Replayer, errand: Errand) -> None:
    stop = errand.answer[-1]
    with pytest.raises(RuntimeError, match="not the answer's"):
        replayer.replay(NAME, errand.task, (*errand.answer[:5], stop, *errand.answer[5:]))


def test_drafts_depend_on_nothing_that_was_not_written_yet(loaded: LoadedModel, errand: Errand) -> None:
    half = len(errand.answer) // 2
    *rest, stop = errand.answer[half:]
    drafted: list[list[tuple[int, ...]]] = []
    for tail in (rest, rest[::-1]):
        runner = ForcedRunner(loaded, SHAPE)
        runner.force((*errand.task.prompt, *errand.answer[:half], *tail, stop))
        router = Router([Drafted(TUNED_PLD, TUNED_PLD.start(errand.task))])
        written = 0
        seen: list[tuple[int, ...]] = []
        for step in SpeculativeDecoder(runner, 8).decode(
            errand.task.prompt, router, frozenset([stop]), len(errand.answer)
        ):
            if written < half:
                seen += [draft.tokens for draft in step.drafts]
            written += len(step.tokens)
        drafted.append(seen)
    assert drafted[0]
    shorter = min(map(len, drafted))
    assert drafted[0][: shorter - 1] == drafted[1][: shorter - 1]


def test_disagreement_exchanges_its_share_and_never_the_end(errand: Errand) -> None:
    assert disagree(errand, 0.0) == errand.answer
    changed = [
        {
            place
            for place, pair in enumerate(zip(errand.answer, disagree(errand, share), strict=True))
            if pair[0] != pair[1]
        }
        for share in DISAGREEMENTS
    ]
    assert all(less <= more for less, more in pairwise(changed))
    assert 0.1 < len(changed[-1]) / len(errand.answer) < 0.3
    assert errand.answer[-1] not in disagree(errand, 1.0)[:-1]


def test_a_plan_is_carried_out_until_the_time_is_over(
    subject: Subject, make_bench: Callable[..., Workbench]
) -> None:
    plan = ReplayPlan(EditSet.STYLE, 1, repeats=2, plain=0)
    part = Part("tiny", 60, (Step.REPLAYS,), replays=(plan,))
    bench = make_bench(part)
    replay_edits(bench, subject)
    runs = bench.journal.read()
    assert [run.method for run in runs if isinstance(run, ReplayRun)] == 2 * [NAME, "tuned_pld", "saferoute"]
    late = make_bench(part, seconds=0.0)
    replay_edits(late, subject)
    assert isinstance(late.journal.read()[-1], LeftOut)
