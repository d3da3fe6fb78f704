"""Figures that follow from the findings."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from specedit_lsp.evaluation.gpu.findings import Ceiling, Finding, ForwardTime, ReplayRun
from specedit_lsp.evaluation.gpu.replays import PLAIN
from specedit_lsp.evaluation.measure import quantile
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD

_Kind = TypeVar("_Kind", bound=Finding)


def select(findings: Iterable[Finding], kind: type[_Kind]) -> list[_Kind]:
    """Return the findings of one kind."""
    return [finding for finding in findings if isinstance(finding, kind)]


def find_floor(time: ForwardTime, ceilings: Iterable[Ceiling]) -> float | None:
    """Return the fewest milliseconds in which this card could do a forward; None where it was not measured.

    As in the roofline model (Williams et al., 2009): bytes over bandwidth or operations over rate, whichever
    takes longer. Weights of fewer bits are multiplied in bfloat16.
    """
    rates = {ceiling.what: ceiling.per_second for ceiling in ceilings}
    precision = time.precision if time.precision in rates else "bfloat16"
    if "copy" not in rates or precision not in rates:
        return None
    return 1000 * max(time.bytes / rates["copy"], time.operations / rates[precision])


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """How one method did on one set of edits; of an edit with several runs the median counts."""

    method: str
    edits: int
    runs: int
    tokens_per_second: float
    """Of output, the reading of the prompt included; the median over the edits, like all that follows."""
    written_per_second: float
    """The same from the first token on."""
    characters_per_second: float
    forwards: float
    seconds: float
    p95_seconds: float
    """Over all runs."""
    against_plain: float | None
    """The median of paired ratios: how many times as fast as plain decoding; None where that was not run."""
    against_tuned: float | None


def compare_methods(runs: Sequence[ReplayRun]) -> list[MethodFigures]:
    """Return the figures of each method in runs of one set at one share of disagreement."""
    by_method = {method: list(some) for method, some in _group(runs, lambda run: run.method)}
    return [
        MethodFigures(
            method=method,
            edits=len(_median_by_edit(some, _seconds)),
            runs=len(some),
            tokens_per_second=_median(some, lambda run: run.tokens / run.seconds),
            written_per_second=_median(some, lambda run: run.tokens / _count_writing(run)),
            characters_per_second=_median(some, lambda run: run.characters / run.seconds),
            forwards=_median(some, lambda run: run.forwards),
            seconds=_median(some, _seconds),
            p95_seconds=quantile([run.seconds for run in some], 0.95),
            against_plain=_compare(some, by_method.get(PLAIN, [])),
            against_tuned=_compare(some, by_method.get(TUNED_PLD.name, [])),
        )
        for method, some in by_method.items()
    ]


def group_replays(
    runs: Sequence[ReplayRun],
) -> list[tuple[tuple[str, str, str, float], list[ReplayRun]]]:
    """Return runs by model, precision, set of edits and share of disagreement, in order of appearance."""
    return _group(runs, lambda run: (run.model, run.precision, run.edits, run.disagreement))


def _compare(some: Sequence[ReplayRun], others: Sequence[ReplayRun]) -> float | None:
    ours, theirs = _median_by_edit(some, _seconds), _median_by_edit(others, _seconds)
    ratios = [theirs[edit] / ours[edit] for edit in ours if edit in theirs]
    return statistics.median(ratios) if ratios else None


def _seconds(run: ReplayRun) -> float:
    return run.seconds


def _count_writing(run: ReplayRun) -> float:
    # An answer that comes all at once has no time between its first token and its last.
    return max(run.seconds - run.first_seconds, 1e-4)


def _median(runs: Sequence[ReplayRun], measure: Callable[[ReplayRun], float]) -> float:
    return statistics.median(_median_by_edit(runs, measure).values())


def _median_by_edit(runs: Sequence[ReplayRun], measure: Callable[[ReplayRun], float]) -> Mapping[str, float]:
    groups = _group(runs, lambda run: run.edit)
    return {edit: statistics.median(measure(run) for run in some) for edit, some in groups}


_Key = TypeVar("_Key")
_Row = TypeVar("_Row")


def _group(rows: Sequence[_Row], key: Callable[[_Row], _Key]) -> list[tuple[_Key, list[_Row]]]:
    groups: dict[_Key, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.items())
