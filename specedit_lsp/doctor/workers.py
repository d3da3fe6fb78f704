"""The shared workers of this user, and the folder in which they are found."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import anyio

from specedit_lsp.doctor.finding import Finding
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.local.found_worker import FoundWorker, find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.messages import WorkerState, WorkerStatus
from specedit_lsp.version import VERSION

STATUS_SECONDS = 5.0


def check_socket_folder() -> tuple[Finding, Path | None]:
    """Whether only this user may enter the folder of the workers' sockets."""
    try:
        folder = open_runtime_folder()
    except RewriteFailed as failure:
        return Finding("socket folder", ok=False, says=str(failure), advice="The line says what to do."), None
    mode = folder.stat().st_mode & 0o777
    return Finding("socket folder", ok=True, says=f"{folder}, mode {mode:o}"), folder


async def check_workers(folder: Path) -> AsyncGenerator[Finding]:
    """All workers that run now."""
    found = [worker for worker in find_all(folder) if worker.record.process.is_alive]
    if not found:
        yield Finding("workers", ok=True, says="none is running; the next rewrite starts one")
    for worker in found:
        yield await _check_worker(worker)


def held_bytes(folder: Path) -> int:
    """Main memory that the workers that run now take."""
    held = (worker.record.process.memory_megabytes or 0.0 for worker in find_all(folder))
    return round(sum(held) * 1e6)


async def _check_worker(worker: FoundWorker) -> Finding:
    pid = worker.record.process.pid
    status = None
    with anyio.move_on_after(STATUS_SECONDS):
        if client := await worker.reach():
            async with client:
                status = await client.status()
    if status is None:
        advice = f"It hangs: run `specedit worker stop`, or end it by hand. Its log is {worker.files.log}"
        return Finding("worker", ok=False, says=f"process {pid} does not answer", advice=advice)
    return describe_worker(status, pid, worker.record.process.age_seconds)


def describe_worker(status: WorkerStatus, pid: int, age_seconds: float) -> Finding:
    """One worker that answers."""
    device = status.device or "no device yet"
    says = (
        f"process {pid}, version {status.version or 'unknown'}, {status.clients} clients, "
        f"{age_seconds / 60:.0f} minutes old: {status.state}, {status.model} on {device}"
    )
    if status.state is WorkerState.FAILED:
        return Finding(
            "worker", ok=False, says=f"{says}. {status.message}", advice="See the lines on the model."
        )
    advice = ""
    if status.version and status.version != VERSION:
        advice = f"It is of another version than this, {VERSION}, and ends when its last client has gone."
    return Finding("worker", ok=True, says=f"{says}. {status.message}".removesuffix(". "), advice=advice)
