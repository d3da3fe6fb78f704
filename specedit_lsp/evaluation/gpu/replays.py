"""Edits with known answers, forced upon a model on the device, by ours and by the published methods.

The model computes every forward in full; only what it chooses is exchanged for the answer, on the device. So
the times are real and drafts meet an answer that somebody wanted; how often a trained model would agree
with them, random weights cannot tell. The sweep over disagreement shows how much hangs on that.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder, Step
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import build_router
from specedit_lsp.evaluation.gpu.findings import LeftOut, ReplayRun
from specedit_lsp.evaluation.gpu.forced_runner import ForcedRunner
from specedit_lsp.evaluation.gpu.parts import ReplayPlan
from specedit_lsp.evaluation.gpu.replayed_sets import choose_cases
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.evaluation.live.contenders import Drafted
from specedit_lsp.evaluation.methods.ours import NAME, read_context
from specedit_lsp.evaluation.methods.saferoute import SAFEROUTE
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.replay import Method
from specedit_lsp.evaluation.task import ReplayTask, build_task
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import Shape
from specedit_lsp.settings import DraftSettings
from specedit_lsp.worker.engine.calibration import measure_costs

PLAIN = "plain, one row"
UNDRAFTED = "plain, all rows"
DISAGREEMENTS = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Errand:
    """One edit to replay."""

    id: str
    task: ReplayTask
    answer: tuple[int, ...]
    characters: int
    """Of the answer's text."""

    @property
    def tokens(self) -> int:
        """Of prompt and answer."""
        return len(self.task.prompt) + len(self.answer)


class Replayer:
    """A model that gives known answers, and what drafts for it."""

    def __init__(self, loaded: LoadedModel, shape: Shape) -> None:
        """``shape`` is that of drafted forwards; plain ones have a row each, once the prompt is read."""
        settings = DraftSettings()
        self._sources, self._width, self._branches = settings.sources, settings.width, settings.branches
        self._costs = measure_costs(ModelRunner(loaded, shape), self._width)
        self._wide = ForcedRunner(loaded, shape)
        self._narrow = ForcedRunner(loaded, Shape(rows=1, canonical=True))
        self._ways: dict[str, Callable[[ReplayTask, int], Iterator[Step]]] = {
            NAME: self._decode_ours,
            TUNED_PLD.name: lambda task, limit: self._decode_with(TUNED_PLD, task, limit),
            SAFEROUTE.name: lambda task, limit: self._decode_with(SAFEROUTE, task, limit),
            PLAIN: self._decode_plainly,
            UNDRAFTED: lambda task, limit: self._decode(Router(()), task, limit),
        }

    def warm_up(self, errands: Sequence[Errand]) -> None:
        """Have all forwards recorded that these are going to take."""
        self._wide.warm_up([errand.tokens for errand in errands])
        self._narrow.warm_up([self._widen(errand.tokens) for errand in errands])

    def replay(self, method: str, task: ReplayTask, answer: Sequence[int]) -> tuple[int, float, float]:
        """Return forwards, seconds, and seconds until the first token, of ``method`` from an empty cache.

        Raises:
            RuntimeError: another answer came out than was forced, so that the figures would be worth nothing.
        """
        for runner in (self._wide, self._narrow):
            runner.cut(0)
            runner.force((*task.prompt, *answer))
        written: list[int] = []
        forwards = 0
        first = 0.0
        began = time.perf_counter()
        for step in self._ways[method](task, len(answer)):
            forwards += 1
            written += step.tokens
            if written and not first:
                first = time.perf_counter() - began
        seconds = time.perf_counter() - began
        if written != list(answer[:-1]):
            raise RuntimeError(f"{method} wrote {len(written)} tokens that are not the answer's")
        return forwards, seconds, first or seconds

    def _decode_ours(self, task: ReplayTask, limit: int) -> Iterator[Step]:
        router = build_router(self._sources, read_context(task), self._branches, self._costs)
        decoder = SpeculativeDecoder(self._wide, self._width, self._costs)
        yield from decoder.decode(task.prompt, router, frozenset(task.ending), limit)

    def _decode_with(self, method: Method, task: ReplayTask, limit: int) -> Iterator[Step]:
        yield from self._decode(Router([Drafted(method, method.start(task))]), task, limit)

    def _decode(self, router: Router, task: ReplayTask, limit: int) -> Iterator[Step]:
        decoder = SpeculativeDecoder(self._wide, self._width)
        yield from decoder.decode(task.prompt, router, frozenset(task.ending), limit)

    def _decode_plainly(self, task: ReplayTask, limit: int) -> Iterator[Step]:
        """One row per forward, as plain decoding has it; the prompt is read with as many as ours."""
        prompt = task.prompt
        self._wide.begin(prompt, len(prompt) + limit)
        while todo := prompt[self._wide.length : -1]:
            self._wide.read(todo[: self._wide.shape.rows])
            yield Step((), (), 0)
        self._narrow.continue_from(self._wide, len(prompt) - 1)
        decoder = SpeculativeDecoder(self._narrow, 1)
        yield from decoder.decode(prompt, Router(()), frozenset(task.ending), self._widen(limit))

    def _widen(self, tokens: int) -> int:
        """As many more tokens as give forwards of one row the bucket of the others."""
        return tokens + self._wide.shape.rows - 1


def replay_edits(bench: Workbench, subject: Subject) -> None:
    """Replay all that the part plans, drafted methods first: plain decoding takes longest."""
    replayer = Replayer(subject.loaded, subject.shape)
    plans = [(plan, prepare(bench, plan)) for plan in bench.part.replays]
    for plan, errands in plans:
        if not errands or bench.is_over(f"replay of {plan.edits}"):
            continue
        replayer.warm_up(errands)
        for errand, method, disagreement in _schedule(plan, errands):
            if bench.deadline.passed:
                rest = f"{plan.edits}, disagreement {disagreement:.0%}: from {errand.id}, {method} on"
                bench.journal.add(LeftOut(bench.part.name, rest, "the time of this part was over"))
                break
            answer = disagree(errand, disagreement)
            forwards, seconds, first = replayer.replay(method, errand.task, answer)
            bench.journal.add(
                ReplayRun(
                    model=subject.loaded.name,
                    precision=subject.precision,
                    edits=plan.edits,
                    edit=errand.id,
                    method=method,
                    disagreement=disagreement,
                    prompt_tokens=len(errand.task.prompt),
                    tokens=len(answer),
                    characters=errand.characters,
                    forwards=forwards,
                    seconds=seconds,
                    first_seconds=first,
                )
            )


def prepare(bench: Workbench, plan: ReplayPlan) -> list[Errand]:
    """Return the edits of a plan in tokens."""
    errands: list[Errand] = []
    for case in choose_cases(plan, bench.tokenizer, bench.edits):
        task, answer = build_task(case, bench.tokenizer)
        errands.append(Errand(case.id, task, answer, len(case.after)))
    return errands


def disagree(errand: Errand, share: float) -> tuple[int, ...]:
    """Return the answer of a model that, at this share of its tokens, writes any token of the prompt."""
    # The same draws at every share: what is exchanged at a small one is so at a larger one.
    dice = random.Random(errand.id)
    choices = [token for token in errand.task.prompt if token not in errand.task.ending]
    *inner, end = errand.answer
    drawn = [(dice.random(), dice.choice(choices)) for _ in inner]
    exchanged = (
        other if chance < share else token for token, (chance, other) in zip(inner, drawn, strict=True)
    )
    return (*exchanged, end)


def _schedule(plan: ReplayPlan, errands: Sequence[Errand]) -> Iterable[tuple[Errand, str, float]]:
    """By turns, so that no method has the card to itself while it is cool."""
    drafted = (NAME, TUNED_PLD.name, SAFEROUTE.name)
    for _ in range(plan.repeats):
        for errand in errands:
            for method in drafted:
                yield errand, method, 0.0
    for errand in errands[: plan.plain]:
        yield errand, PLAIN, 0.0
    if plan.sweep:
        for share in DISAGREEMENTS:
            for errand in errands:
                for method in drafted:
                    yield errand, method, share
        for errand in errands[: plan.plain]:
            yield errand, UNDRAFTED, 0.0
