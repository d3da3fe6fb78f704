"""What `specedit bench server` shows: as JSON, and as a table for people."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from specedit_lsp.evaluation.measure import quantile
from specedit_lsp.evaluation.server_latency import DOCUMENT_LINES, ServerFigures

TABLE_WIDTH = 100
UNKNOWN = "–"


def describe_machine() -> str:
    """Where figures were taken: processor, how many of it, how busy they were, and what ran."""
    python = f"Python {platform.python_version()}"
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{_processor()}, {os.cpu_count()} CPUs, {busy}, {platform.system()} {platform.release()}, {python}"
    )


def to_json(servers: Sequence[ServerFigures], machine: str) -> dict[str, Any]:
    """All figures; times in milliseconds, memory in megabytes, absent where there is none."""
    return {
        "machine": machine,
        "document_lines": DOCUMENT_LINES,
        "servers": [_server_json(figures) for figures in servers],
    }


def to_table(servers: Sequence[ServerFigures], machine: str) -> Table:
    """A column for each server."""
    table = Table(title=f"Beside a document of {DOCUMENT_LINES} lines, on\n{machine}", title_justify="left")
    table.add_column("p50 / p95, ms")
    for figures in servers:
        table.add_column(figures.name, justify="right")
    rate = max(figures.actions_per_second for figures in servers)
    rows = {
        "start to initialize's answer": [figures.starts for figures in servers],
        "verified text to hunk on the wire": [figures.hunks for figures in servers],
        f"the same beside {rate:.0f} code actions/s": [figures.loaded_hunks for figures in servers],
        "code action while a rewrite streams": [figures.answers for figures in servers],
    }
    for name, cells in rows.items():
        table.add_row(name, *(_times_text(cell) for cell in cells))
    table.add_section()
    table.add_row("memory, MB resident", *(_memory_text(figures, "resident") for figures in servers))
    table.add_row("memory, MB not shared", *(_memory_text(figures, "unique") for figures in servers))
    return table


def _server_json(figures: ServerFigures) -> dict[str, Any]:
    row: dict[str, Any] = {"name": figures.name}
    times = {
        "start": figures.starts,
        "hunk": figures.hunks,
        "hunk_under_load": figures.loaded_hunks,
        "code_action": figures.answers,
    }
    for name, seconds in times.items():
        if seconds:
            row[f"{name}_ms"] = {
                "p50": _milliseconds(seconds, 0.5),
                "p95": _milliseconds(seconds, 0.95),
                "worst": _milliseconds(seconds, 1.0),
                "count": len(seconds),
            }
    row["code_actions_per_second"] = figures.actions_per_second
    if figures.memory:
        row["resident_mb"] = round(figures.memory.resident, 1)
        row["unique_mb"] = round(figures.memory.unique, 1)
    return row


def _times_text(seconds: Sequence[float]) -> str:
    if not seconds:
        return UNKNOWN
    return f"{_milliseconds(seconds, 0.5):.1f} / {_milliseconds(seconds, 0.95):.1f}"


def _memory_text(figures: ServerFigures, kind: str) -> str:
    return f"{getattr(figures.memory, kind):.1f}" if figures.memory else UNKNOWN


def _milliseconds(seconds: Sequence[float], share: float) -> float:
    return round(quantile(seconds, share) * 1000, 2)


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (row.partition(":")[2].strip() for row in rows if row.startswith("model name"))
    return next(names, platform.machine())
