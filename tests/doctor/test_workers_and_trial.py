"""Workers, the folder of their sockets, and the trial: red where they should be; then all of it for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.doctor.trial import describe_audit, describe_edit, describe_loading
from specedit_lsp.doctor.workers import check_socket_folder, check_workers, describe_worker
from specedit_lsp.rewriting.job import Outcome
from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.transport.local.processes import KnownProcess
from specedit_lsp.transport.local.worker_record import WorkerRecord, write_record
from specedit_lsp.transport.messages import RewriteStats, WorkerState, WorkerStatus
from specedit_lsp.version import VERSION

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=9, forwards=3, seconds=1.0, first_text_seconds=0.5, sources={}
)


def outcome(text: str, *changes: TextChange) -> Outcome:
    return Outcome(OutcomeKind.DONE, text, changes, STATS)


def test_a_socket_folder_that_others_may_enter(runtime_folder: Path) -> None:
    finding, folder = check_socket_folder()
    assert folder is not None
    assert "mode 700" in finding.says
    folder.chmod(0o755)
    finding, refused = check_socket_folder()
    assert refused is None
    assert f"chmod 700 {folder}" in finding.says


async def test_a_worker_that_does_not_answer(tmp_path: Path) -> None:
    [finding] = [finding async for finding in check_workers(tmp_path)]
    assert finding.ok
    record = WorkerRecord(
        process=KnownProcess.this(),
        version=VERSION,
        url="http://worker",
        socket=tmp_path / "no.sock",
        token="t",
    )
    write_record(tmp_path / "a.json", record)
    [finding] = [finding async for finding in check_workers(tmp_path)]
    assert not finding.ok
    assert "specedit worker stop" in finding.advice


def test_workers_that_failed_or_are_of_another_version() -> None:
    status = WorkerStatus(state=WorkerState.READY, model="m", device="cpu", version=VERSION, clients=2)
    assert describe_worker(status, 7, 120).says == (
        f"process 7, version {VERSION}, 2 clients, 2 minutes old: ready, m on cpu"
    )
    other = describe_worker(status.model_copy(update={"version": "0.0.1"}), 7, 120)
    assert "another version" in other.advice
    failed = status.model_copy(update={"state": WorkerState.FAILED, "message": "No weights."})
    finding = describe_worker(failed, 7, 120)
    assert not finding.ok
    assert "No weights." in finding.says


def test_what_the_trial_says_when_it_goes_wrong() -> None:
    status = WorkerStatus(state=WorkerState.READY, model="m", device="cuda:0", message="Scores move.")
    finding = describe_loading(status, None)
    assert (finding.ok, finding.advice) == (False, "Scores move.")
    assert "running already" in finding.says
    kept = describe_edit(outcome("a"))
    assert not kept.ok
    assert "follows instructions" in kept.advice
    assert describe_edit(outcome("b", TextChange(0, 1, "b"))).ok
    assert not describe_audit(outcome("a"), outcome("b")).ok


def examine(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = CliRunner().invoke(app, ["doctor", "--json", *arguments])
    listed = json.loads(done.stdout)
    findings = {finding["name"]: finding for finding in listed}
    assert len(findings) == len(listed), "two findings of one name: there is a worker of another test"
    return done.exit_code, findings


def test_all_is_well_with_the_bundled_model(runtime_folder: Path) -> None:
    status, findings = examine()
    bad = [finding for finding in findings.values() if not finding["ok"]]
    assert (status, bad) == (0, [])
    assert "specedit-mini on c" in findings["loading"]["says"]
    assert "forwards" in findings["edit"]["says"]
    assert "the same text without drafts" in findings["exactness"]["says"]


def test_a_model_that_is_not_there_is_named_and_not_tried(tmp_path: Path, runtime_folder: Path) -> None:
    status, findings = examine("--model", str(tmp_path / "nowhere"))
    assert status == 1
    assert "nowhere" in findings["model"]["says"]
    assert "edit" not in findings
