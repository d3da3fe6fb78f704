"""Shared workers for tests: without a model, found in this test's folder, and used from other processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from specedit_lsp.settings import ModelSettings, Settings, WorkerSettings
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.local.worker_record import WorkerRecord, read_record

NO_MODEL = Settings(model=ModelSettings(path="/no/such/model"), worker=WorkerSettings(threads=1))
"""A worker with these has nothing to load, and ends soon after its last client."""

WINDOW = f"""
import sys
from contextlib import aclosing
import anyio
from specedit_lsp.settings import Settings
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.local.worker_record import read_record

async def join():
    worker = SharedWorker(Settings.model_validate_json({NO_MODEL.model_dump_json()!r}))
    async with await worker.connect() as client, aclosing(client.follow_status()) as statuses:
        pid = (await anext(statuses)).pid
        assert pid == read_record(worker.files().record).process.pid
        print(pid, flush=True)
        sys.stdin.readline()

while sys.stdin.readline():
    anyio.run(join)
"""
"""A process that joins the worker at a line that it reads, says its number, and leaves at the next line."""


class Window:
    """A process like an editor's server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self) -> None:
        """Have it join the worker, or leave it."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def hear(self) -> int:
        """The number of the worker that it joined."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def open_window() -> Iterator[Window]:
    """A window that is gone after the block."""
    command = [sys.executable, "-c", WINDOW]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Window(process)
        finally:
            process.kill()


def record_of(worker: SharedWorker) -> WorkerRecord:
    """The record of a worker that is there."""
    record = read_record(worker.files().record)
    assert record is not None
    return record


def files_below(folder: Path) -> set[str]:
    """The endings of the names of what workers left, but for locks, which stay."""
    return {path.suffix for path in folder.rglob("*") if path.is_file() or path.is_socket()} - {
        ".lock",
        ".start",
    }
