"""Ways to decode: transformers' own, published methods in our loop, and ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from specedit_lsp.decoding.speculative_decoder import Step
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router
from specedit_lsp.evaluation.live.run import Clock, ForwardCounter, Run
from specedit_lsp.evaluation.reference import Reference
from specedit_lsp.evaluation.replay import Drafter, Method
from specedit_lsp.evaluation.stock_model import StockModel
from specedit_lsp.evaluation.target import Target, TargetTask


class Camp(StrEnum):
    """Whose way it is. All but that of transformers run in our loop."""

    TRANSFORMERS = "transformers"
    PUBLISHED = "published"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to decode."""

    name: str
    run: Callable[[TargetTask], Run]
    camp: Camp
    note: str = ""
    """What was set for it."""


def make_generating(
    name: str,
    reference: Reference,
    clock: Clock,
    options: dict[str, Any],
    assistant: StockModel | None = None,
    note: str = "",
) -> Contender:
    """Return transformers' ``generate`` with these options, and with a model that drafts for it."""

    def run(task: TargetTask) -> Run:
        with ExitStack() as stack:
            counter = stack.enter_context(ForwardCounter(reference.model, clock))
            drafted, extra = None, {}
            if assistant:
                stack.enter_context(assistant.lend())
                drafted = stack.enter_context(ForwardCounter(assistant.model, clock))
                extra = {"assistant_model": assistant.model}
            answer = reference.generate(task, clock.read, **options, **extra)
        return Run(
            arrivals=answer.arrivals,
            seconds=answer.seconds,
            forwards=counter.count,
            forward_seconds=counter.seconds,
            draft_forwards=drafted.count if drafted else 0,
        )

    return Contender(name, run, Camp.TRANSFORMERS, note)


def make_sourced(name: str, target: Target, clock: Clock, sources: Sequence[str]) -> Contender:
    """Return our engine's loop with these sources; without any it decodes plainly."""

    def start(task: TargetTask) -> Iterator[Step]:
        return target.decode(task, target.start_router(task, sources) if sources else Router(()))

    return Contender(name, partial(_time, target, clock, start), Camp.OURS)


def make_drafting(method: Method, target: Target, clock: Clock) -> Contender:
    """Return a published method, with its own width, in our loop."""

    def run(task: TargetTask) -> Run:
        drafters: list[Drafter] = []

        def start(task: TargetTask) -> Iterator[Step]:
            drafters.append(method.start(task.known))
            return target.decode_with(task, Router([Drafted(method, drafters[0])]), method.width)

        run = _time(target, clock, start, task)
        return replace(run, draft_forwards=drafters[0].draft_forwards)

    return Contender(method.name, run, Camp.PUBLISHED)


def _time(
    target: Target, clock: Clock, start: Callable[[TargetTask], Iterator[Step]], task: TargetTask
) -> Run:
    """Run our loop from an empty cache; ``start`` begins with whatever drafting has to set up."""
    target.runner.cut(0)
    with ForwardCounter(target.loaded.model, clock) as counter:
        began = clock.read()
        arrivals = tuple((clock.read() - began, step.tokens) for step in start(task))
        seconds = clock.read() - began
    # Recorded forwards do not come by here.
    forward_seconds = counter.seconds if counter.count >= len(arrivals) else None
    return Run(arrivals, seconds, len(arrivals), forward_seconds)


class Drafted:
    """A published method as the only source of drafts."""

    def __init__(self, method: Method, drafter: Drafter) -> None:
        self.name = method.name
        self._drafter = drafter
        self._width = method.prefill_width
        self._later_width = method.width

    def hear(self, verified: Sequence[int]) -> None:
        """Pass it on. From now on drafts ride with no prefill."""
        self._width = self._later_width
        self._drafter.hear(verified)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return what the method would have checked."""
        branches = self._drafter.choose(min(width, self._width))
        return [Draft(self.name, tuple(branch[:width]), 0) for branch in branches]
