"""A full disk keeps a worker from starting; the user hears that, and not what it looks like from inside."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from specedit_lsp.transport.disk_space import LEAST_BYTES, name_full_disk
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.local.worker_log import open_worker_log
from specedit_lsp.worker.process.main import NO_PLACE
from tests.transport.shared_workers import NO_MODEL


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=LEAST_BYTES - 1))


def test_a_folder_with_room_is_not_named(tmp_path: Path) -> None:
    assert name_full_disk(tmp_path, tmp_path / "not there") == ""


@pytest.mark.usefixtures("full_disk")
def test_the_folder_is_named_and_what_to_do(tmp_path: Path) -> None:
    assert name_full_disk(tmp_path) == (
        f"There is no room left on the disk of {tmp_path}: make some, then try again."
    )


@pytest.mark.usefixtures("full_disk", "runtime_folder")
async def test_who_wanted_a_worker_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/ls")
    with pytest.raises(RewriteFailed, match="There is no room left on the disk of"):
        await SharedWorker(NO_MODEL).connect()


def test_a_log_that_cannot_be_written_keeps_no_worker_from_trying(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to("/dev/full")
    open_worker_log(tmp_path / "log").close()


def test_a_worker_that_can_leave_no_record_says_so_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "specedit_lsp", "worker", "share", str(tmp_path / "file" / "name.json")]
    run = subprocess.run(
        [*command, "--listening", "unix"], input=NO_MODEL.model_dump_json(), capture_output=True, text=True
    )
    assert run.returncode == NO_PLACE
    [line] = run.stderr.splitlines()
    assert f"no place in {tmp_path / 'file'}: " in line
