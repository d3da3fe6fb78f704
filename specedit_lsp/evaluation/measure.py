"""Replays of many edits by many methods, and the figures that come out."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.limits import (
    count_copies,
    count_novel,
    count_routed,
    reach_by_drafts,
    reach_by_occurrences,
)
from specedit_lsp.evaluation.methods.saferoute import rewrite_shown
from specedit_lsp.evaluation.replay import Drafter, Forward, Method, Replay, replay
from specedit_lsp.evaluation.task import ReplayTask, build_task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """How one method did over a set of edits."""

    name: str
    replays: tuple[Replay, ...]

    @property
    def counts(self) -> list[int]:
        """Forwards of the target model, edit by edit."""
        return [len(done.forwards) for done in self.replays]

    @property
    def forwards(self) -> list[Forward]:
        """All forwards of all edits."""
        return list(chain.from_iterable(done.forwards for done in self.replays))

    @property
    def forwards_per_edit(self) -> float:
        """The mean."""
        return statistics.fmean(self.counts)

    @property
    def width_mean(self) -> float:
        """Draft tokens per forward."""
        return statistics.fmean(forward.width for forward in self.forwards)

    @property
    def accepted_per_forward(self) -> float:
        """Draft tokens accepted per forward."""
        return statistics.fmean(forward.accepted for forward in self.forwards)

    def drafting_milliseconds(self, share: float) -> float:
        """The time that drafting took per forward, at a quantile."""
        return 1000 * quantile([forward.seconds for forward in self.forwards], share)

    def setup_milliseconds(self, share: float) -> float:
        """The time to build the drafter of an edit, at a quantile."""
        return 1000 * quantile([done.setup_seconds for done in self.replays], share)


@dataclass(frozen=True, slots=True)
class Limits:
    """Forwards per edit that no drafting of a kind can beat, means over the edits."""

    copy: float
    """One contiguous copy per forward from selection, prompt or output so far."""
    copy_with_view: float
    """The same with the selection as the instruction's explicit rewrites leave it."""
    chain: float
    """Copies of any length strung together, from the same places as ``copy``."""
    router: float
    """At each position the best of all places of the last verified token and all drafts of our sources."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """All figures of one set of edits."""

    case_ids: tuple[str, ...]
    tokens_per_edit: float
    """Of the answers, end token included."""
    methods: tuple[MethodFigures, ...]
    limits: Limits

    def find(self, name: str) -> MethodFigures | None:
        """Return the figures of the method called ``name``, if it took part."""
        return next((figures for figures in self.methods if figures.name == name), None)


def measure(
    cases: Sequence[EditCase],
    tokenizer: PreTrainedTokenizerBase,
    methods: Sequence[Method],
    start_everything: Callable[[ReplayTask], Drafter],
    widths: tuple[int, int],
    on_progress: Callable[[], None] = lambda: None,
) -> Measurement:
    """Replay each edit with each method.

    ``start_everything`` builds the drafter whose every branch F_router may choose, ``widths`` are the most
    tokens of its branches in the prefill and after it. ``on_progress`` is called after each edit.
    """
    replays: list[list[Replay]] = [[] for _ in methods]
    tokens: list[int] = []
    limits: list[tuple[int, int, int, int]] = []
    for case in cases:
        task, answer = build_task(case, tokenizer)
        tokens.append(len(answer))
        for method, done in zip(methods, replays, strict=True):
            done.append(replay(method, task, answer))
        limits.append(_find_limits(task, answer, start_everything(task), widths))
        on_progress()
    return Measurement(
        case_ids=tuple(case.id for case in cases),
        tokens_per_edit=statistics.fmean(tokens),
        methods=tuple(
            MethodFigures(method.name, tuple(done)) for method, done in zip(methods, replays, strict=True)
        ),
        limits=Limits(*(statistics.fmean(column) for column in zip(*limits, strict=True))),
    )


def _find_limits(
    task: ReplayTask, answer: Sequence[int], everything: Drafter, widths: tuple[int, int]
) -> tuple[int, int, int, int]:
    view = rewrite_shown(task)
    unchanged = [task.selection]
    copied = reach_by_occurrences(task.prompt, answer)
    drafted = reach_by_drafts(everything, widths, answer)
    return (
        count_copies(task.prompt, unchanged, answer),
        count_copies(task.prompt, [*unchanged, *([task.write(view)] if view else [])], answer),
        count_novel(task.prompt, unchanged, answer),
        count_routed([max(pair) for pair in zip(copied, drafted, strict=True)]),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of all do not exceed (nearest rank)."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]
