"""All parts one after the other, each in a process that is ended when its time is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.evaluation.gpu.deadline import Deadline
from specedit_lsp.evaluation.gpu.findings import Fault, Finding, Journal, LeftOut
from specedit_lsp.evaluation.gpu.parts import Part

CHILD = (sys.executable, "-m", "specedit_lsp.evaluation.gpu")

_GRACE = 15.0
"""Seconds that a part has to finish what it is at."""
_LEAST = 15.0
"""Seconds with which a part is begun at all: it takes as long to start."""
_LAST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What a report is to be of."""

    parts: Sequence[Part]
    device: str
    seconds: float
    """For everything."""
    tokenizer: str = ""
    edits: Path | None = None


def run_parts(
    order: ReportOrder,
    on_part: Callable[[Part, list[Finding]], None],
    child: Sequence[str] = CHILD,
) -> list[Finding]:
    """Run all parts; return what they found. ``on_part`` hears all findings so far after each part.

    A process of its own for each: what breaks one, or the whole context on the card, leaves the others, and
    the card's memory is free again.
    """
    end = Deadline.within(order.seconds - _GRACE)
    findings: list[Finding] = []
    for part in order.parts:
        if end.left < min(_LEAST, part.seconds):
            findings.append(LeftOut(part.name, "everything", "the time of the whole report was over"))
        else:
            findings += _run_part(part, min(Deadline.within(part.seconds).moment, end.moment), order, child)
        on_part(part, findings)
    return findings


def _run_part(part: Part, until: float, order: ReportOrder, child: Sequence[str]) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="specedit-report-") as name:
        journal = Journal(Path(name) / "findings.jsonl")
        command = [*child, part.name, "--device", order.device, "--until", str(until)]
        command += ["--journal", str(Path(name) / "findings.jsonl")]
        command += ["--tokenizer", order.tokenizer] if order.tokenizer else []
        command += ["--edits", str(order.edits)] if order.edits else []
        with (Path(name) / "errors.log").open("w+b") as errors:
            # A session of its own: what the part has started ends with it.
            process = subprocess.Popen(command, stdout=errors, stderr=errors, start_new_session=True)
            try:
                status = process.wait(max(Deadline(until + _GRACE).left, 0.0))
                account = f"exit status {status}" if status else ""
            except subprocess.TimeoutExpired:
                account = "ended because its time was over"
            finally:
                _end_session(process)
            errors.seek(0)
            last_words = errors.read().decode(errors="replace")[-_LAST_WORDS:]
        findings = journal.read()
    if account:
        findings.append(Fault(part.name, "process", f"{account}\n{last_words}"))
    return findings


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, which would hold on to the card's memory."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
