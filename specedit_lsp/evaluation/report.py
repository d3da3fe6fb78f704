"""What a replay shows: as JSON, and as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from specedit_lsp.evaluation.measure import Measurement, MethodFigures, quantile
from specedit_lsp.evaluation.methods.ours import NAME
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD

TABLE_WIDTH = 100
"""Characters."""

_COLUMNS = ("forwards", "p50", "p95", "worst", "width", "accepted", "η", "> pld", "by", "ms p50", "p95")


def to_json(measurement: Measurement) -> dict[str, Any]:
    """Return the figures as a JSON object. Times are milliseconds; limits are forwards per edit."""
    yardstick = _yardstick(measurement)
    limits = measurement.limits
    return {
        "edits": len(measurement.case_ids),
        "tokens_per_edit": _rounded(measurement.tokens_per_edit),
        "methods": [_method_json(figures, yardstick, limits.router) for figures in measurement.methods],
        "limits": {
            "copy": _rounded(limits.copy),
            "copy_with_view": _rounded(limits.copy_with_view),
            "chain": _rounded(limits.chain),
            "router": _rounded(limits.router),
        },
    }


def to_table(measurement: Measurement, title: str) -> Group:
    """Return the figures as a table with the limits below it."""
    yardstick = _yardstick(measurement)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("method", no_wrap=True)
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for figures in measurement.methods:
        row = _method_json(figures, yardstick, measurement.limits.router)
        table.add_row(
            figures.name,
            f"{row['forwards_per_edit']:.2f}",
            f"{row['p50']:g}",
            f"{row['p95']:g}",
            f"{row['worst']}",
            f"{row['width_mean']:.0f}",
            f"{row['accepted_per_forward']:.1f}",
            f"{row['efficiency']:.2f}",
            f"{row['worse_than_tuned_pld']:.0%}",
            f"{row['worst_over_tuned_pld']:+d}",
            f"{row['host_ms_p50']:.2f}",
            f"{row['host_ms_p95']:.2f}",
            style="bold" if figures.name == NAME else "",
        )
    return Group(table, _limits_text(measurement))


def _limits_text(measurement: Measurement) -> Text:
    limits = measurement.limits
    lines = [
        f"limits: F_copy {limits.copy:.2f} (with the explicit view {limits.copy_with_view:.2f}), "
        f"F_chain {limits.chain:.2f}, F_router {limits.router:.2f}; η = F_router / F"
    ]
    if ours := measurement.find(NAME):
        forwards = ours.forwards_per_edit
        lines.append(
            f"{NAME}: {forwards:.2f} = 1 + {limits.chain - 1:.2f} novelty "
            f"{limits.router - limits.chain:+.2f} sources {forwards - limits.router:+.2f} ranking"
        )
    return Text("\n".join(lines), style="dim")


def _method_json(figures: MethodFigures, yardstick: MethodFigures, router_limit: float) -> dict[str, Any]:
    excess = [count - least for count, least in zip(figures.counts, yardstick.counts, strict=True)]
    row: dict[str, Any] = {
        "name": figures.name,
        "forwards_per_edit": _rounded(figures.forwards_per_edit),
        "p50": quantile(figures.counts, 0.5),
        "p95": quantile(figures.counts, 0.95),
        "worst": max(figures.counts),
        "width_mean": _rounded(figures.width_mean),
        "worse_than_tuned_pld": _rounded(sum(more > 0 for more in excess) / len(excess)),
        "worst_over_tuned_pld": max(excess),
        "accepted_per_forward": _rounded(figures.accepted_per_forward),
        "efficiency": _rounded(router_limit / figures.forwards_per_edit),
        "host_ms_p50": _rounded(figures.drafting_milliseconds(0.5)),
        "host_ms_p95": _rounded(figures.drafting_milliseconds(0.95)),
        "setup_ms_p50": _rounded(figures.setup_milliseconds(0.5)),
    }
    if drafted := sum(done.draft_forwards for done in figures.replays):
        row["draft_forwards_per_edit"] = _rounded(drafted / len(figures.replays))
    return row


def _yardstick(measurement: Measurement) -> MethodFigures:
    yardstick = measurement.find(TUNED_PLD.name)
    if yardstick is None:
        raise ValueError(f"{TUNED_PLD.name} must take part: the others are compared with it")
    return yardstick


def _rounded(value: float) -> float:
    return round(value, 4)
