"""What was found, for people and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.table import Table

from specedit_lsp.evaluation.faults.episode import Findings, Sample
from specedit_lsp.evaluation.faults.judge import Verdict

_QUIET = "no fault"


def draw_table(all_findings: Sequence[Findings]) -> Table:
    """A row for each fault."""
    table = Table(box=box.SIMPLE, title="Rewrites under faults")
    table.add_column("fault")
    for heading in ("rewrites", *(verdict.value for verdict in Verdict), "median extra s"):
        table.add_column(heading, justify="right")
    for findings in all_findings:
        if findings.missing:
            table.add_row(findings.name, f"not run: {findings.missing}")
            continue
        counts = [str(findings.count(verdict)) for verdict in Verdict]
        table.add_row(
            findings.name, str(len(findings.samples)), *counts, _format(extra_seconds(findings, all_findings))
        )
    ran = [sample for findings in all_findings for sample in findings.samples]
    totals = [str(sum(findings.count(verdict) for findings in all_findings)) for verdict in Verdict]
    table.add_row("all", str(len(ran)), *totals, "", style="bold")
    return table


def list_messages(all_findings: Sequence[Findings]) -> list[str]:
    """What users were told whose text was restored, each sentence once."""
    samples = (sample for findings in all_findings for sample in findings.samples)
    return sorted({sample.ending.message for sample in samples if sample.verdict is Verdict.RESTORED})


def list_troubles(all_findings: Sequence[Findings]) -> Iterator[str]:
    """All that was wrong."""
    for findings in all_findings:
        for trouble in findings.troubles:
            yield f"{findings.name}: {trouble}"
        for sample in findings.samples:
            if sample.verdict in (Verdict.WRONG, Verdict.HUNG):
                yield f"{findings.name}: {_describe(sample)}"


def to_json(all_findings: Sequence[Findings]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "fault": findings.name,
            "notRun": findings.missing,
            "rewrites": len(findings.samples),
            **{verdict.name.lower(): findings.count(verdict) for verdict in Verdict},
            "medianExtraSeconds": extra_seconds(findings, all_findings),
            "troubles": list(list_troubles([findings])),
            "messages": list_messages([findings]),
        }
        for findings in all_findings
    ]


def extra_seconds(findings: Findings, all_findings: Sequence[Findings]) -> float | None:
    """The median of what rewrites took longer than those on the same stage without a fault; None if unknown.

    The windows are compared each with itself: one of them does not draft.
    """
    prefix = "remote, " if findings.name.startswith("remote, ") else ""
    quiet = next((one for one in all_findings if one.name == prefix + _QUIET), None)
    if quiet is None or not quiet.samples:
        return None
    usual = {
        window: statistics.median(_seconds(quiet.samples, window) or _seconds(quiet.samples, 1 - window))
        for window in (0, 1)
    }
    extra = [sample.ending.seconds - usual[sample.window] for sample in findings.samples]
    return round(statistics.median(extra), 2) if extra else None


def _seconds(samples: Sequence[Sample], window: int) -> list[float]:
    return [sample.ending.seconds for sample in samples if sample.window == window]


def _format(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}"


def _describe(sample: Sample) -> str:
    ending = sample.ending
    return (
        f"{sample.case.name} in window {sample.window} {sample.verdict.value}: {ending.outcome} after "
        f"{ending.seconds:.1f} s. {ending.message or ending.fault}"
    )
