"""The engine with the bundled model: provenance, turns, warm prefills, and devices that fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from specedit_lsp.model.checkpoint import BUNDLED, find_folder
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import TARGET, Reason, RewriteOrder, RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import EngineLost, OrderRefused, Written

FUNCTION = "def area(width, height):\n    result = width * height\n    print(result)\n    return result\n"
ORDER = RewriteOrder(instruction="rename result to total", selection=FUNCTION, language="python")


@pytest.fixture(scope="module")
def engine() -> ModelEngine:
    return ModelEngine.load(Settings.model_validate({"model": {"device": "cpu"}}), lambda percent: None)


def text_of(steps: Sequence[Written | RewriteStats]) -> str:
    return "".join(step.text for step in steps if isinstance(step, Written))


def rewrite(engine: ModelEngine, order: RewriteOrder = ORDER) -> list[Written | RewriteStats]:
    return list(engine.rewrite(order, lambda: False))


def test_every_character_has_an_origin(engine: ModelEngine) -> None:
    *steps, stats = rewrite(engine)
    assert text_of(steps) == FUNCTION.replace("result", "total")
    assert isinstance(stats, RewriteStats)
    origins = [origin for step in steps if isinstance(step, Written) for origin in step.origins]
    assert sum(origin.length for origin in origins) == len(text_of(steps))
    drafted = {origin.source for origin in origins} - {TARGET}
    assert drafted, "most of a rename is drafted"
    assert drafted <= set(stats.sources)
    forwards = [origin.forward for origin in origins]
    assert forwards == sorted(forwards)
    assert forwards[-1] <= stats.forwards


def test_without_drafts_the_model_wrote_everything() -> None:
    settings = Settings.model_validate({"model": {"device": "cpu"}, "draft": {"sources": []}})
    *steps, _ = rewrite(ModelEngine.load(settings, lambda percent: None))
    assert {origin.source for step in steps if isinstance(step, Written) for origin in step.origins} == {
        TARGET
    }


def test_rewrites_that_take_turns_do_not_mix(engine: ModelEngine) -> None:
    orders = [
        ORDER.model_copy(update={"instruction": f"rename result to {name}"}) for name in ("total", "size")
    ]
    alone = [text_of(rewrite(engine, order)) for order in orders]
    assert alone[0] != alone[1]
    running = [engine.rewrite(order, lambda: False) for order in orders]
    texts = ["", ""]
    left = [0, 1]
    while left:
        for index in [*left]:
            step = next(running[index], None)
            if step is None:
                left.remove(index)
            elif isinstance(step, Written):
                texts[index] += step.text
    assert texts == alone


def test_the_same_prompt_is_read_once(engine: ModelEngine) -> None:
    rewrite(engine)
    *_, stats = rewrite(engine)
    assert isinstance(stats, RewriteStats)
    assert stats.reused_tokens == stats.prompt_tokens - 1


@pytest.fixture
def instruction_last(tmp_path: Path) -> ModelEngine:
    """An engine that asks as it asks models without a profile of their own: the instruction comes last."""
    folder = tmp_path / "instruction-last"
    shutil.copytree(find_folder(BUNDLED), folder)
    (folder / "specedit.json").write_text(json.dumps({"profile": "completion"}))
    settings = Settings.model_validate({"model": {"path": str(folder), "device": "cpu"}})
    return ModelEngine.load(settings, lambda percent: None)


def test_a_warm_prefill_reads_all_but_the_instruction(instruction_last: ModelEngine) -> None:
    engine = instruction_last
    order = ORDER.model_copy(update={"instruction": "", "before": "import math\n\n" * 20})
    chunks = len(list(engine.warm(order)))
    assert chunks >= 1
    prompt = engine._build_prompt(ORDER.model_copy(update={"before": order.before}))
    runner = engine._prefixes.take(prompt.tokens)
    shared = runner.count_shared(prompt.tokens)
    assert len(prompt.tokens) * 0.7 < shared < len(prompt.tokens)
    expected = ModelRunner(engine._loaded).forward(prompt.tokens)
    runner.begin(prompt.tokens)
    assert runner.forward(prompt.tokens[runner.length :]) == expected
    engine._prefixes.give_back(runner)


def test_a_warm_prefill_that_is_broken_off_leaves_what_it_read(instruction_last: ModelEngine) -> None:
    engine = instruction_last
    order = ORDER.model_copy(update={"instruction": "", "before": "import math\n\n" * 200})
    steps = engine.warm(order)
    next(steps)
    steps.close()
    _, read = engine.count_read(order.model_copy(update={"instruction": ORDER.instruction}))
    assert read == FREE.rows
    chunks = len(list(engine.warm(order)))
    engine.forget()
    assert len(list(engine.warm(order))) == chunks + 1, "what was read is not read again"


class Failing:
    """Makes the device fail in the next forward, once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: RuntimeError) -> None:
        self._error: RuntimeError | None = error
        real = ModelRunner.forward

        def forward(
            runner: ModelRunner,
            token_ids: Sequence[int],
            guesses: Sequence[int] = (),
            parents: Sequence[int] | None = None,
        ) -> list[int]:
            if self._error:
                error, self._error = self._error, None
                raise error
            return real(runner, token_ids, guesses, parents)

        monkeypatch.setattr(ModelRunner, "forward", forward)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried"),
    ],
    ids=["gpu", "cpu"],
)
def test_out_of_memory_is_told_with_numbers_and_the_next_rewrite_works(
    engine: ModelEngine, monkeypatch: pytest.MonkeyPatch, error: RuntimeError
) -> None:
    Failing(monkeypatch, error)
    with pytest.raises(
        OrderRefused, match=r"not enough memory: the model takes [\d.]+ GiB and \d+ tokens"
    ) as refused:
        rewrite(engine)
    assert refused.value.reason is Reason.OUT_OF_MEMORY
    assert text_of(rewrite(engine)) == FUNCTION.replace("result", "total")


def test_a_lost_device_is_told_from_other_faults(
    engine: ModelEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Failing(monkeypatch, RuntimeError("CUDA error: unspecified launch failure"))
    with pytest.raises(EngineLost, match="next rewrite loads the model again"):
        rewrite(engine)
    Failing(monkeypatch, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        rewrite(engine)
