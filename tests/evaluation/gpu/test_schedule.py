"""Parts in processes of their own: what one does to itself leaves the others and what it had found."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from specedit_lsp.evaluation.gpu import schedule
from specedit_lsp.evaluation.gpu.findings import Ceiling, Fault, Finding, LeftOut
from specedit_lsp.evaluation.gpu.parts import Part, Step
from specedit_lsp.evaluation.gpu.schedule import ReportOrder, run_parts

_PART = """
import json, os, subprocess, sys, time
name, journal = sys.argv[1], sys.argv[sys.argv.index("--journal") + 1]
with open(journal, "a") as lines:
    lines.write(json.dumps({"kind": "Ceiling", "what": name, "per_second": 1.0}) + "\\n")
if name == "dies":
    print("a bus error, perhaps", file=sys.stderr)
    os._exit(7)
if name == "hangs":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open(os.environ["CHILD_PID"], "w") as file:
        file.write(str(child.pid))
    time.sleep(60)
"""
CHILD = (sys.executable, "-S", "-c", _PART)


def run(*parts: Part, seconds: float = 60.0) -> list[Finding]:
    heard: list[int] = []
    order = ReportOrder(parts, device="cpu", seconds=seconds)
    findings = run_parts(order, lambda part, findings: heard.append(len(findings)), CHILD)
    assert len(heard) == len(parts)
    assert heard[-1] == len(findings)
    return findings


def ends(pid: int) -> bool:
    """Whether a process ends, within a time that a busy machine keeps to as well."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_a_part_that_dies_leaves_what_it_found_and_its_last_words() -> None:
    first, fault, second = run(Part("dies", 20, ()), Part("lives", 20, ()))
    assert (first, second) == (Ceiling("dies", 1.0), Ceiling("lives", 1.0))
    assert isinstance(fault, Fault)
    assert "exit status 7" in fault.account
    assert "a bus error, perhaps" in fault.account


def test_a_part_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    monkeypatch.setenv("CHILD_PID", str(pid))
    monkeypatch.setattr(schedule, "_GRACE", 3.0)
    first, fault = run(Part("hangs", 5, ()))
    assert first == Ceiling("hangs", 1.0)
    assert isinstance(fault, Fault)
    assert "time was over" in fault.account
    assert ends(int(pid.read_text()))


def test_a_part_that_there_is_no_time_for_is_named() -> None:
    left_out = run(Part("late", 20, (Step.GATE,)), seconds=20.0)
    assert left_out == [LeftOut("late", "everything", "the time of the whole report was over")]
