"""What is to be reached on a card, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specedit_lsp.evaluation.gpu.figures import (
    MethodFigures,
    compare_methods,
    find_floor,
    group_replays,
    select,
)
from specedit_lsp.evaluation.gpu.findings import (
    Ceiling,
    Exactness,
    Finding,
    ForwardTime,
    ReplayRun,
    RowDependence,
)
from specedit_lsp.evaluation.gpu.forward_times import RECORDED
from specedit_lsp.evaluation.gpu.parts import EditSet
from specedit_lsp.evaluation.gpu.shapes import LARGE, MEDIUM, SMALL, ModelShape
from specedit_lsp.evaluation.methods.ours import NAME

_ROWS = 128
"""Of the engine's forwards in half precision."""
_BUCKET = 4096
"""Slots that a usual edit gets by with."""
_FULL_SIZE = (SMALL.name, MEDIUM.name, LARGE.name)
NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Target:
    """One target."""

    wanted: str
    measured: str
    """``not run`` where there is nothing to say."""
    reached: bool | None
    """None where it was not run."""


def compare_targets(findings: Sequence[Finding]) -> list[Target]:
    """Return all targets with what was found of them."""
    runs = select(findings, ReplayRun)
    style = _find_ours(runs, MEDIUM, EditSet.STYLE)
    regions = _find_ours(runs, MEDIUM, EditSet.REGIONS)
    files = _find_ours(runs, LARGE, EditSet.FILES_20)
    return [
        _compare_to_floor(findings, MEDIUM),
        _compare_to_floor(findings, LARGE),
        _compare_bits(findings),
        _compare(f"7B, {EditSet.STYLE}: times plain decoding", 8, style.against_plain if style else None),
        _compare(
            f"7B, {EditSet.STYLE}: times tuned prompt lookup", 1.6, style.against_tuned if style else None
        ),
        _compare(
            f"32B, {EditSet.FILES_20}: characters/s", 10_000, files.characters_per_second if files else None
        ),
        _compare(f"7B, {EditSet.REGIONS}: tokens/s", 12_000, regions.tokens_per_second if regions else None),
    ]


def _compare_to_floor(findings: Iterable[Finding], shape: ModelShape) -> Target:
    wanted = f"{shape.name} bfloat16: at most 1.3 times the floor ({_ROWS} rows, {_BUCKET:,} slots)"
    ceilings = select(findings, Ceiling)
    for time in select(findings, ForwardTime):
        cell = (time.model, time.precision, time.how, time.rows, time.branches, time.bucket)
        if cell == (shape.name, "bfloat16", RECORDED, _ROWS, 1, _BUCKET) and (
            floor := find_floor(time, ceilings)
        ):
            ratio = time.milliseconds / floor
            return Target(wanted, f"{ratio:.2f} ({time.milliseconds:.2f} ms)", ratio <= 1.3)
    return Target(wanted, NOT_RUN, None)


def _compare_bits(findings: Iterable[Finding]) -> Target:
    wanted = "bitwise exact in bfloat16"
    gates = [gate for gate in select(findings, RowDependence) if _is_meant(gate)]
    checks = [check for check in select(findings, Exactness) if _is_meant(check)]
    if not gates or not checks:
        return Target(wanted, NOT_RUN, None)
    moved = sum(gate.worst != 0 for gate in gates)
    differing, texts = sum(check.differing for check in checks), sum(check.texts for check in checks)
    measured = (
        f"logits moved in {moved} of {len(gates)} gates, {differing} of {texts} texts differ "
        f"({sum(check.tokens for check in checks):,} tokens)"
    )
    return Target(wanted, measured, not moved and not differing)


def _is_meant(finding: RowDependence | Exactness) -> bool:
    return finding.precision == "bfloat16" and finding.model in _FULL_SIZE


def _find_ours(runs: Sequence[ReplayRun], shape: ModelShape, edits: EditSet) -> MethodFigures | None:
    for (name, precision, group, disagreement), some in group_replays(runs):
        if (name, precision, group, disagreement) == (shape.name, "bfloat16", edits, 0.0):
            return next((figures for figures in compare_methods(some) if figures.method == NAME), None)
    return None


def _compare(what: str, least: float, found: float | None) -> Target:
    wanted = f"{what}, at least {least:,}"
    return Target(wanted, NOT_RUN, None) if found is None else Target(wanted, f"{found:,.1f}", found >= least)
