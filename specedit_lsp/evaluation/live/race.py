"""All methods on the same edits, by turns, so that whatever else the machine does strikes them alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from specedit_lsp.evaluation.live.contenders import Contender
from specedit_lsp.evaluation.live.edit_kind import EditKind, measure_change
from specedit_lsp.evaluation.live.run import Run
from specedit_lsp.evaluation.live.workload import Errand
from specedit_lsp.evaluation.target import Target, TargetTask
from specedit_lsp.text.streaming_diff import StreamingDiff


@dataclass(frozen=True, slots=True)
class Lap:
    """One run, and when the first change could be shown."""

    run: Run
    first_hunk_seconds: float | None
    """None where nothing changed."""


@dataclass(frozen=True, slots=True)
class RacedEdit:
    """One edit by all methods, several times."""

    id: str
    kind: EditKind
    change: float
    """The edit ratio of what the model wrote, 0 to 1."""
    heats: tuple[Mapping[str, Lap], ...]
    """By method; the laps of one heat were run right after each other."""


def race(
    contenders: Sequence[Contender],
    errands: Sequence[Errand],
    target: Target,
    repeats: int,
    on_progress: Callable[[], None] = lambda: None,
) -> list[RacedEdit]:
    """Run every contender on every errand ``repeats`` times; ``on_progress`` is called after each heat.

    Edits come in random order, and so do the contenders of each heat.
    """
    chance = random.Random(0)
    for contender in contenders:
        contender.run(errands[0].task)  # what is set up once is set up before anything is timed
    heats: list[list[Mapping[str, Lap]]] = [[] for _ in errands]
    for _ in range(repeats):
        for number in chance.sample(range(len(errands)), len(errands)):
            errand = errands[number]
            laps: dict[str, Lap] = {}
            for contender in chance.sample(contenders, len(contenders)):
                run = contender.run(errand.task)
                laps[contender.name] = Lap(run, find_first_hunk(run, errand.task, target))
            heats[number].append(laps)
            on_progress()
    return [
        RacedEdit(
            errand.task.id,
            errand.kind,
            _measure_change(errand.task, laps[0][contenders[0].name].run.tokens),
            tuple(laps),
        )
        for errand, laps in zip(errands, heats, strict=True)
    ]


def find_first_hunk(run: Run, task: TargetTask, target: Target) -> float | None:
    """Return when the first change of the selection was certain; None if there was none."""
    diff = StreamingDiff(task.known.order.selection)
    moments = [*(moment for moment, _ in run.arrivals), run.seconds]
    texts = target.read_answer(task, (tokens for _, tokens in run.arrivals))
    for moment, text in zip(moments, texts, strict=True):
        if diff.feed(text):
            return moment
    return run.seconds if diff.finish() else None


def _measure_change(task: TargetTask, tokens: Sequence[int]) -> float:
    unchanged = task.known.codec.encode(task.known.shown + task.known.closing)
    return measure_change(unchanged, tokens)
