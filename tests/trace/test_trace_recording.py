"""A trace says what happened: it accounts for every token, every character and every forward."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router
from specedit_lsp.settings import Settings
from specedit_lsp.trace import Trace, load
from specedit_lsp.trace.tokens import count_shares, list_tokens
from specedit_lsp.transport.messages import RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import Written
from specedit_lsp.worker.process.server import load_engine as load_worker_engine
from specedit_lsp.worker.tracing.log import find_trace_folder, list_traces
from specedit_lsp.worker.tracing.schema import RewriteTrace
from tests.trace.samples import DOCSTRING, RENAME, load_engine, repeat, take


def check(trace: Trace) -> None:
    """Hold a trace against itself."""
    verified = sum(forward.accepted + (forward.own is not None) for forward in trace.forwards)
    assert verified - trace.stopped == trace.stats.output_tokens == len(trace.lengths) == len(trace.output)
    assert len(trace.forwards) == trace.stats.forwards
    assert trace.forwards[0].rows >= trace.stats.prompt_tokens - trace.stats.reused_tokens
    for source, count in trace.stats.sources.items():
        branches = [
            branch for forward in trace.forwards for branch in forward.branches if branch.source == source
        ]
        assert sum(len(branch.tokens) for branch in branches) == count.proposed
        won = [forward.accepted for forward in trace.forwards if forward.source == source]
        assert sum(won) == count.accepted
    tokens = list_tokens(trace)
    assert "".join(token.text for token in tokens) == trace.text
    by_token = [(token.source, token.forward) for token in tokens for _ in token.text]
    assert by_token == [
        (origin.source, origin.forward) for origin in trace.origins for _ in range(origin.length)
    ]
    assert sum(share.tokens for share in count_shares(trace)) == len(tokens)
    assert set(trace.answer) <= set(trace.vocabulary)


class Forger:
    """A source that knows the answer, and forges it at random."""

    name = "forger"

    def __init__(self, answer: Sequence[int], chance: random.Random) -> None:
        self._answer = answer
        self._chance = chance
        self._done = 0

    def hear(self, verified: Sequence[int]) -> None:
        self._done += len(verified)

    def propose(self, width: int) -> list[Draft]:
        rest = list(self._answer[self._done :])
        drafts = []
        for _ in range(self._chance.randrange(4)):
            forged = rest[: self._chance.randrange(1, 40)]
            if forged and self._chance.random() < 0.7:
                forged[self._chance.randrange(len(forged))] = self._chance.choice(self._answer)
            drafts.append(Draft(self.name, tuple(forged[:width]), self._chance.randrange(9)))
        return drafts


def test_real_rewrites_add_up(rename: Trace, docstring: Trace, hostile: Trace) -> None:
    for trace in (rename, docstring, hostile):
        check(trace)
    assert rename.text == RENAME.selection.replace("result", "total")
    assert rename.order == RENAME
    assert RENAME.instruction in rename.prompt
    assert [share.source for share in count_shares(rename) if share.tokens] == ["rewrite"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_drafts_whatever_add_up_to_the_same_answer(
    engine: ModelEngine, kept: list[RewriteTrace], rename: Trace, seed: int
) -> None:
    router = Router([Forger(rename.answer, random.Random(seed))], branches=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_build_router", lambda *anything: router)
        trace = take(engine, kept, RENAME)
    check(trace)
    assert trace.answer == rename.answer
    assert trace.text == rename.text


def test_recording_changes_nothing_that_is_written(engine: ModelEngine, docstring: Trace) -> None:
    silent = ModelEngine(engine._loaded, engine._settings)
    *steps, stats = silent.rewrite(DOCSTRING, lambda: False)
    assert isinstance(stats, RewriteStats)
    assert "".join(step.text for step in steps if isinstance(step, Written)) == docstring.text
    assert stats.output_tokens == docstring.stats.output_tokens


def test_margins_are_those_of_the_model(engine: ModelEngine, docstring: Trace) -> None:
    ids = torch.tensor([[*docstring.prompt_tokens, *docstring.answer]])
    with torch.inference_mode():
        logits = engine._loaded.model(ids, use_cache=False).logits[0]
    places, done = [], len(docstring.prompt_tokens)
    for forward in docstring.forwards:
        done += len(forward.verified)
        places.append(done - 2)  # the row behind which it wrote its own token
    first, second = logits[places].topk(2).values.unbind(-1)
    expected = [
        float(margin)
        for margin, forward in zip(first - second, docstring.forwards, strict=True)
        if forward.margin
    ]
    assert len(expected) >= 2
    assert [forward.margin for forward in docstring.forwards if forward.margin] == pytest.approx(
        expected, abs=1e-3
    )


def test_an_end_that_a_draft_foresaw_has_no_token_of_the_models_own(rename: Trace) -> None:
    (forward,) = rename.forwards
    assert rename.stopped
    assert forward.own is None
    assert forward.margin is None
    assert forward.accepted == len(rename.output) + 1


def test_repeated_traces_add_up_too(rename: Trace, docstring: Trace) -> None:
    kept: list[RewriteTrace] = []
    undrafted = take(load_engine(kept, sources=[]), kept, RENAME)
    # A draft foresaw the end of the first, none that of the second.
    assert (rename.forwards[-1].own is None, undrafted.forwards[-1].own is None) == (True, False)
    for trace in (rename, undrafted, docstring):
        check(trace)
        check(repeat(trace, 5))


def test_the_worker_keeps_what_its_settings_ask_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for keep, count in (("none", 0), ("last", 1)):
        chosen = Settings.model_validate({"model": {"device": "cpu"}, "trace": {"keep": keep}})
        for _ in load_worker_engine(chosen, lambda percent: None).rewrite(RENAME, lambda: False):
            pass
        assert len(list_traces(find_trace_folder())) == count
    (path,) = list_traces(find_trace_folder())
    check(load(path))
    assert load(path).id == path.stem
