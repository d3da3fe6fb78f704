"""The journal: what was written survives a process that dies in the middle of a line."""

from __future__ import annotations

from pathlib import Path

from specedit_lsp.evaluation.gpu.findings import Ceiling, Fault, Finding, Journal, LeftOut


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "findings.jsonl")
    findings: list[Finding] = [
        Ceiling("copy", 3e12),
        Fault("7B", "gate", "line\nline"),
        LeftOut("a", "b", "ü"),
    ]
    for finding in findings:
        journal.add(finding)
    assert journal.read() == findings


def test_a_line_that_was_broken_off_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    journal = Journal(path)
    journal.add(Ceiling("copy", 3e12))
    with path.open("a") as lines:
        lines.write('{"kind": "Ceil')
    assert journal.read() == [Ceiling("copy", 3e12)]


def test_nothing_was_found_where_nothing_was_written(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none").read() == []
