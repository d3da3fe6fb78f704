"""What `scripts/measure_cluster` writes: a page, and the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specedit_lsp.evaluation.cluster.processes import EDITORS, PARTS
from specedit_lsp.evaluation.cluster.queueing import count_editors
from specedit_lsp.evaluation.cluster.scale import Cell, Scale
from specedit_lsp.evaluation.measure import quantile

PEOPLE_THINK_SECONDS = 60.0
"""Between two rewrites of somebody who uses them all day: a rewrite a minute."""
SLOWDOWN = 2.0
"""A rewrite takes twice as long as alone: as much as should be asked of users."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """The processor time that one line of a stream costs each part of the cluster, in seconds."""

    per_piece: dict[str, float]

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Saturation:
        """Take it from the busier cells, where what the parts do when idle does not count."""
        busy = [cell for cell in cells if cell.editors >= 10]
        pieces = max(sum(cell.seen.pieces for cell in busy), 1)
        parts = (*PARTS, EDITORS)
        return cls({part: sum(cell.processor_seconds[part] for cell in busy) / pieces for part in parts})

    @property
    def pieces_per_proxy(self) -> float:
        """Lines a second that one proxy passes on with a processor of its own."""
        return 1 / self.per_piece["proxy"]


def to_json(scale: Scale, machine: str) -> dict[str, Any]:
    """All figures; times in seconds."""
    return {
        "machine": machine,
        "forward_seconds": scale.forward_seconds,
        "forwards_per_rewrite": scale.forwards,
        "think_seconds": scale.habits.think_seconds,
        "processor_seconds_per_piece": Saturation.of(scale.cells).per_piece,
        "cells": [_cell_json(cell) for cell in scale.cells],
    }


def to_markdown(scale: Scale, machine: str) -> str:
    """The page."""
    return "\n".join([*_explain(scale, machine), "", *_tabulate(scale), "", *_go_on(scale), ""])


def _explain(scale: Scale, machine: str) -> Iterator[str]:
    yield f"Measured on {machine}. Nodes, proxy and editors share these processors with other work."
    yield (
        f"A forward takes {scale.forward_seconds * 1000:.0f} ms and a rewrite {scale.forwards} of them, so "
        f"that one alone takes {scale.service_seconds:.2f} s. Editors think "
        f"{scale.habits.think_seconds:.0f} s on average, which is far busier than people."
    )


def _tabulate(scale: Scale) -> Iterator[str]:
    yield (
        "| replicas | editors | edits | edits/s | expected | first hunk p50 / p95, s | done p50 / p95, s "
        "| tried again | given up | wrong |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for cell in scale.cells:
        seen = cell.seen
        yield (
            f"| {cell.replicas} | {cell.editors} | {len(seen.ends)} | {cell.per_second:.1f} "
            f"| {cell.expected_per_second:.1f} | {_spread(seen.first_hunks)} | {_spread(seen.ends)} "
            f"| {seen.retries} | {seen.failures} | {seen.wrong} |"
        )


def _go_on(scale: Scale) -> Iterator[str]:
    cost = Saturation.of(scale.cells)
    yield "Processor time per line of a stream, ms: " + ", ".join(
        f"{part} {seconds * 1000:.2f}" for part, seconds in cost.per_piece.items()
    )
    yield ""
    per_replica = 1 / scale.forward_seconds
    yield (
        f"A replica writes at most {per_replica:.0f} lines a second, one for each forward; a proxy with a "
        f"processor of its own passes on {cost.pieces_per_proxy:.0f}. So one proxy is saturated by "
        f"{cost.pieces_per_proxy / per_replica:.0f} replicas that are never idle; Serve runs one on each "
        "node."
    )
    yield ""
    yield (
        f"| replicas | editors that think {PEOPLE_THINK_SECONDS:.0f} s, until a rewrite takes "
        f"{SLOWDOWN:.0f} times as long as alone | edits/s | proxies needed |"
    )
    yield "|---:|---:|---:|---:|"
    for replicas in (1, 2, 4, 8, 16, 32, 64):
        editors = count_editors(replicas, PEOPLE_THINK_SECONDS, scale.service_seconds, SLOWDOWN)
        rate = editors / (PEOPLE_THINK_SECONDS + SLOWDOWN * scale.service_seconds)
        proxies = rate * scale.forwards / cost.pieces_per_proxy
        yield f"| {replicas} | {editors} | {rate:.1f} | {proxies:.2f} |"


def _spread(seconds: Sequence[float]) -> str:
    return f"{quantile(seconds, 0.5):.2f} / {quantile(seconds, 0.95):.2f}" if seconds else "–"


def _cell_json(cell: Cell) -> dict[str, Any]:
    seen = cell.seen
    row: dict[str, Any] = {
        "replicas": cell.replicas,
        "editors": cell.editors,
        "edits": len(seen.ends),
        "edits_per_second": round(cell.per_second, 2),
        "expected_per_second": round(cell.expected_per_second, 2),
        "retries": seen.retries,
        "failures": seen.failures,
        "wrong": seen.wrong,
        "pieces": seen.pieces,
        "processor_seconds": {part: round(used, 2) for part, used in cell.processor_seconds.items()},
    }
    for name, seconds in (("first_hunk", seen.first_hunks), ("done", seen.ends)):
        if seconds:
            row[name] = {"p50": round(quantile(seconds, 0.5), 3), "p95": round(quantile(seconds, 0.95), 3)}
    return row
