"""What a live bench shows: what each method took, and paired ratios between two of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.evaluation.live.contenders import Camp, Contender
from specedit_lsp.evaluation.live.race import Lap, RacedEdit
from specedit_lsp.evaluation.live.run import Clock
from specedit_lsp.evaluation.measure import quantile
from specedit_lsp.evaluation.methods.ours import NAME

_BUCKETS = 10
"""Of the edit ratio, as Blazedit has them."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """How many times as fast one method is as another, over some edits.

    Of one edit it is the median over the heats: the two laps of a heat met the same machine.
    """

    edits: int
    median: float
    p10: float
    p90: float
    least: float


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """What one method took, per edit; of the repeats of an edit the median counts."""

    name: str
    note: str
    seconds: float
    tokens_per_second: float
    forwards: float
    draft_forwards: float
    first_hunk_seconds: float | None
    """The median over the edits that changed anything."""
    overhead: float | None
    """The share of the time that was not spent inside the target model."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A method that wrote something else than it should."""

    edit: str
    method: str
    position: int
    """Of the first token that differs, from 0."""
    allowed: bool
    """Whether two loops were compared, in a precision in which these need not agree."""


@dataclass(frozen=True, slots=True)
class LiveReport:
    """All figures of one live bench."""

    model: str
    device: str
    clock: Clock
    full_precision: bool
    """Whether the model ran in float32."""
    contenders: tuple[Contender, ...]
    """The first one is what the others are compared with."""
    edits: tuple[RacedEdit, ...]

    @property
    def repeats(self) -> int:
        """How many times every method ran every edit."""
        return len(self.edits[0].heats)

    @property
    def groups(self) -> dict[str, list[RacedEdit]]:
        """All edits, then by kind and by edit ratio."""
        kinds = dict.fromkeys(sorted(edit.kind for edit in self.edits))
        buckets = sorted({_bucket(edit) for edit in self.edits})
        return {
            "all": list(self.edits),
            **{kind: [edit for edit in self.edits if edit.kind == kind] for kind in kinds},
            **{
                f"{100 * bucket // _BUCKETS}–{100 * (bucket + 1) // _BUCKETS} % changed": [
                    edit for edit in self.edits if _bucket(edit) == bucket
                ]
                for bucket in buckets
            },
        }

    def describe(self, contender: Contender) -> MethodFigures:
        """Return what one method took."""
        name = contender.name
        laps = [[heat[name] for heat in edit.heats] for edit in self.edits]
        runs = [lap.run for repeated in laps for lap in repeated]
        seconds = [_median(repeated, lambda lap: lap.run.seconds) for repeated in laps]
        tokens = sum(len(repeated[0].run.tokens) for repeated in laps)
        hunks = [
            _median(repeated, lambda lap: lap.first_hunk_seconds or 0.0)
            for repeated in laps
            if repeated[0].first_hunk_seconds is not None
        ]
        inside = [run.forward_seconds for run in runs if run.forward_seconds is not None]
        return MethodFigures(
            name=name,
            note=contender.note,
            seconds=statistics.fmean(seconds),
            tokens_per_second=tokens / sum(seconds),
            forwards=statistics.fmean(run.forwards for run in runs),
            draft_forwards=statistics.fmean(run.draft_forwards for run in runs),
            first_hunk_seconds=statistics.median(hunks) if hunks else None,
            overhead=1 - sum(inside) / sum(run.seconds for run in runs) if len(inside) == len(runs) else None,
        )

    def list_differences(self) -> Iterator[Difference]:
        """Yield what differs from the first method of the same loop, else from the first of all.

        Two loops run forwards of other shapes, and so give the same tokens in float32 only.
        """
        for edit in self.edits:
            for contender in self.contenders:
                mates = [mate for mate in self.contenders if _share_loop(mate, contender)]
                for base in (mates[0], self.contenders[0]):
                    position = _find_difference(edit, base, contender)
                    if position is not None:
                        allowed = not _share_loop(base, contender) and not self.full_precision
                        yield Difference(edit.id, contender.name, position, allowed)
                        break

    @property
    def exact(self) -> bool:
        """Whether all methods that must write the same did."""
        return all(difference.allowed for difference in self.list_differences())

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON object. Times are seconds per edit."""
        base = self.contenders[0].name
        names = [contender.name for contender in self.contenders]
        return {
            "model": self.model,
            "device": self.device,
            "clock": self.clock,
            "edits": len(self.edits),
            "repeats": self.repeats,
            "exact": self.exact,
            "methods": [
                {
                    **asdict(self.describe(contender)),
                    "speedup": {
                        group: asdict(pair(edits, contender.name, base))
                        for group, edits in self.groups.items()
                    },
                }
                for contender in self.contenders
            ],
            "speedup_of_all_sources": {
                name: {group: asdict(pair(edits, NAME, name)) for group, edits in self.groups.items()}
                for name in names
                if NAME in names and name != NAME
            },
            "differences": [asdict(difference) for difference in self.list_differences()],
            "each": [
                {
                    "id": edit.id,
                    "kind": edit.kind,
                    "change": round(edit.change, 4),
                    "tokens": len(edit.heats[0][base].run.tokens),
                    "seconds": {
                        name: [round(heat[name].run.seconds, 5) for heat in edit.heats]
                        for name in edit.heats[0]
                    },
                }
                for edit in self.edits
            ],
        }


def pair(edits: Sequence[RacedEdit], name: str, base: str) -> Ratios:
    """Return how many times as fast the method ``name`` is as ``base``."""
    ratios = [
        statistics.median(heat[base].run.seconds / heat[name].run.seconds for heat in edit.heats)
        for edit in edits
    ]
    return Ratios(
        edits=len(ratios),
        median=statistics.median(ratios),
        p10=quantile(ratios, 0.1),
        p90=quantile(ratios, 0.9),
        least=min(ratios),
    )


def _median(laps: Sequence[Lap], read: Callable[[Lap], float]) -> float:
    return statistics.median(map(read, laps))


def _share_loop(one: Contender, other: Contender) -> bool:
    return (one.camp is Camp.TRANSFORMERS) is (other.camp is Camp.TRANSFORMERS)


def _bucket(edit: RacedEdit) -> int:
    return min(int(edit.change * _BUCKETS), _BUCKETS - 1)


def _find_difference(edit: RacedEdit, base: Contender, contender: Contender) -> int | None:
    """Where any lap of a method parts from the first lap of another."""
    expected = edit.heats[0][base.name].run.tokens
    for heat in edit.heats:
        tokens = heat[contender.name].run.tokens
        if tokens != expected:
            return count_agreed(expected, tokens)
    return None
