"""What a warm prefill saves: the time from the order to the first verified text, cold and warm."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import OrderRefused, Written


@dataclass(frozen=True, slots=True)
class WarmedEdit:
    """One edit, from the order to the first verified text."""

    id: str
    prompt_tokens: int
    read_ahead: int
    """Tokens of the prompt that the warm prefill had read."""
    cold_seconds: float
    warm_seconds: float


def measure_warm(
    engine: ModelEngine,
    cases: Iterable[EditCase],
    repeats: int,
    on_progress: Callable[[], None] = lambda: None,
) -> list[WarmedEdit]:
    """Time the first text of each edit, cold and warm in turn; the medians of ``repeats``.

    Edits that the engine refuses are left out.
    """
    measured: list[WarmedEdit] = []
    for case in cases:
        order = RewriteOrder(
            instruction=case.instruction,
            selection=case.before,
            before=case.context_before,
            after=case.context_after,
            language=case.language,
        )
        try:
            runs = [_run_once(engine, order) for _ in range(repeats)]
        except OrderRefused:
            continue
        finally:
            on_progress()
        cold, warm = zip(*runs, strict=True)
        engine.forget()
        _warm(engine, order)
        prompt_tokens, read_ahead = engine.count_read(order)
        measured.append(
            WarmedEdit(case.id, prompt_tokens, read_ahead, statistics.median(cold), statistics.median(warm))
        )
    return measured


def _run_once(engine: ModelEngine, order: RewriteOrder) -> tuple[float, float]:
    engine.forget()
    cold = _time_first_text(engine, order)
    engine.forget()
    _warm(engine, order)
    return cold, _time_first_text(engine, order)


def _warm(engine: ModelEngine, order: RewriteOrder) -> None:
    for _ in engine.warm(order.model_copy(update={"instruction": ""})):
        pass


def _time_first_text(engine: ModelEngine, order: RewriteOrder) -> float:
    began = time.perf_counter()
    steps = engine.rewrite(order, lambda: False)
    for step in steps:
        if isinstance(step, Written) and step.text:
            break
    seconds = time.perf_counter() - began
    steps.close()
    return seconds
