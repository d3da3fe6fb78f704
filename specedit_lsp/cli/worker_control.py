"""`specedit worker start` and `stop`."""

from __future__ import annotations

import anyio
import typer

from specedit_lsp.settings import ModelSettings, Settings
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.crash_log import CrashLog
from specedit_lsp.transport.local.found_worker import FoundWorker, find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.messages import Reason, WorkerState

_DRAIN_SECONDS = 900.0
"""Longer than a worker takes that was told to end."""


def start_worker(model: str) -> int:
    """Start the worker of these settings, or find it; return the exit status."""
    settings = Settings(model=ModelSettings(path=model)) if model else Settings()
    try:
        return anyio.run(_start, SharedWorker(settings))
    except RewriteFailed as failure:
        typer.echo(f"specedit: {failure}", err=True)
        return 1
    except KeyboardInterrupt:
        return 130


def stop_workers(now: bool) -> int:
    """End all workers of this user; return the exit status."""
    try:
        found = list(find_all(open_runtime_folder()))
        if not found:
            typer.echo("There is no worker.")
        for one in found:
            anyio.run(_end if now else _retire, one)
    except RewriteFailed as failure:
        typer.echo(f"specedit: {failure}", err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    left = [one.record.process.pid for one in found if one.record.process.is_alive]
    for pid in left:
        typer.echo(f"specedit: worker {pid} does not end. Try --now.", err=True)
    return 1 if left else 0


async def _start(worker: SharedWorker) -> int:
    CrashLog(worker.files().crashes).clear()
    async with await worker.connect() as client:
        async for status in client.follow_status():
            if status.state is WorkerState.FAILED:
                raise RewriteFailed(Reason.MODEL_UNUSABLE, status.message)
            if status.state in (WorkerState.READY, WorkerState.BUSY):
                typer.echo(f"Worker {status.pid} has {status.model} on {status.device}.")
                return 0
    typer.echo(
        "specedit: the worker ended before its model was loaded: see `specedit worker logs`.", err=True
    )
    return 1


async def _retire(found: FoundWorker) -> None:
    pid = found.record.process.pid
    client = await found.reach()
    if client is None:
        await _end(found)
        return
    async with client:
        await client.retire()
    if not await found.record.process.wait(1.0):
        typer.echo(f"Worker {pid} finishes what is under way. (Ctrl-C leaves it to that.)")
        await found.record.process.wait(_DRAIN_SECONDS)
    if not found.record.process.is_alive:
        typer.echo(f"Worker {pid} has ended.")


async def _end(found: FoundWorker) -> None:
    await found.end()
    typer.echo(f"Worker {found.record.process.pid} has been ended.")
