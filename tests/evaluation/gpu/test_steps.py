"""Steps fail alone."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from specedit_lsp.evaluation.gpu import first_hunk, steps
from specedit_lsp.evaluation.gpu.findings import Card, Ceiling, Fault, FirstHunk, ForwardTime, LeftOut
from specedit_lsp.evaluation.gpu.parts import Part, Step
from specedit_lsp.evaluation.gpu.scripted_model import find_chain, script_answer
from specedit_lsp.evaluation.gpu.shapes import TINY, draw_weights
from specedit_lsp.evaluation.gpu.steps import run_part
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench


def test_a_step_that_fails_leaves_the_others(
    make_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(bench: Workbench, subject: Subject) -> None:
        logging.getLogger("specedit_lsp.model.canonical").warning("slower")
        raise torch.OutOfMemoryError("too much")

    monkeypatch.setitem(steps._WITH_MODEL, Step.GATE, fail)
    part = Part("tiny", 60, (Step.GATE, Step.FORWARDS), rows=(8,), buckets=(1024,))
    bench = make_bench(part)
    run_part(bench)
    warning, fault, *found = bench.journal.read()
    assert warning == Fault("tiny", "warning", "slower")
    assert isinstance(fault, Fault)
    assert fault.step == Step.GATE
    assert "OutOfMemoryError: too much" in fault.account
    times = [finding for finding in found if isinstance(finding, ForwardTime)]
    assert [(time.how, time.rows, time.branches) for time in times] == [
        ("eager", 8, each) for each in (1, 2, 8)
    ]
    assert all(time.milliseconds > 0 for time in times)


def test_the_ceilings_are_those_of_the_device(make_bench: Callable[..., Workbench]) -> None:
    bench = make_bench(Part("card", 60, (Step.CEILINGS,), copy_bytes=2**16, product_size=32))
    run_part(bench)
    card, *ceilings = bench.journal.read()
    assert isinstance(card, Card)
    assert card.torch == torch.__version__
    assert [ceiling.what for ceiling in ceilings if isinstance(ceiling, Ceiling)] == [
        "copy",
        "bfloat16",
        "float32",
    ]


def test_what_there_is_no_time_for_is_named(make_bench: Callable[..., Workbench]) -> None:
    bench = make_bench(Part("tiny", 60, (Step.GATE, Step.REPLAYS)), seconds=0.0)
    run_part(bench)
    reason = "the time of this part was over"
    assert bench.journal.read() == [LeftOut("tiny", step, reason) for step in (Step.GATE, Step.REPLAYS)]


def test_what_is_not_installed_is_left_out_with_what_to_do(
    make_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchao.quantization", None)
    bench = make_bench(Part("tiny int8", 60, (Step.GATE,), quantization="int8"))
    run_part(bench)
    (left_out,) = bench.journal.read()
    assert isinstance(left_out, LeftOut)
    assert "torchao" in left_out.reason


def test_a_scripted_model_writes_its_answer(tokenizer: PreTrainedTokenizerBase) -> None:
    model = draw_weights(TINY, torch.bfloat16, torch.device("cpu"))
    first = tokenizer.encode("\n", add_special_tokens=False)[0]
    chain = find_chain(tokenizer, first)
    script_answer(model, chain)
    tokens = [*tokenizer.encode("anything at all", add_special_tokens=False), first]
    for expected in chain[1:]:
        logits = model(torch.tensor([tokens]), use_cache=False).logits
        tokens.append(int(logits[0, -1].argmax()))
        assert tokens[-1] == expected
    with pytest.raises(ValueError, match="twice"):
        script_answer(model, [1, 2, 1])


def test_hunks_come_through_the_real_server(
    make_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_hunk, "_FILES", 1)
    bench = make_bench(Part("tiny server", 240, (Step.FIRST_HUNK,)), seconds=100.0)
    run_part(bench)
    cold, again = bench.journal.read()
    assert isinstance(cold, FirstHunk), cold
    assert isinstance(again, FirstHunk), again
    assert (cold.case, again.case) == ("cold", "same file")
    assert 0 < again.seconds < cold.seconds
    # The answer has nine tokens, with the one that ends it.
    assert 0 < cold.forwards <= 9
