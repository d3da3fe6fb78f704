"""`specedit worker status`: the workers of this user, as a table or as JSON."""

from __future__ import annotations

import json

import anyio
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.found_worker import FoundWorker, find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.messages import Message, WorkerStatus

SILENT = "silent"
"""State of one that does not answer."""


class WorkerReport(Message):
    """One worker, as far as it tells."""

    pid: int
    version: str
    address: str
    state: str
    message: str = ""
    model: str = ""
    device: str = ""
    clients: int | None = None
    queued: int | None = None
    idle_seconds: float | None = None
    memory_megabytes: float | None = None


def show_workers(as_json: bool) -> int:
    """Show all workers; return the exit status: 1 if there is none."""
    try:
        reports = anyio.run(_ask_all)
    except RewriteFailed as failure:
        typer.echo(f"specedit: {failure}", err=True)
        return 1
    if as_json:
        typer.echo(json.dumps([report.model_dump(mode="json", by_alias=True) for report in reports]))
    elif reports:
        for report in reports:
            Console().print(_table(report))
    else:
        typer.echo("There is no worker. The next rewrite starts one, or `specedit worker start`.")
    return 0 if reports else 1


async def _ask_all() -> list[WorkerReport]:
    alive = [found for found in find_all(open_runtime_folder()) if found.record.process.is_alive]
    return [await _ask(found) for found in alive]


async def _ask(found: FoundWorker) -> WorkerReport:
    record = found.record
    report = WorkerReport(
        pid=record.process.pid,
        version=record.version,
        address=record.address,
        state=SILENT,
        message="It does not answer: see `specedit worker logs`, or end it by `specedit worker stop --now`.",
        memory_megabytes=record.process.memory_megabytes,
    )
    client = await found.reach()
    if client is None:
        return report
    async with client:
        try:
            status: WorkerStatus = await client.status()
        except RewriteFailed as failure:
            return report.model_copy(update={"message": str(failure)})
    return report.model_copy(
        update={
            "state": status.state.value,
            "message": status.message,
            "model": status.model,
            "device": status.device,
            "clients": status.clients,
            "queued": status.queued,
            "idle_seconds": status.idle_seconds,
        }
    )


def _table(report: WorkerReport) -> Table:
    table = Table(show_header=False, box=None)
    idle = f"{report.idle_seconds:.0f} s" if report.idle_seconds is not None else ""
    memory = f"{report.memory_megabytes:.0f} MB" if report.memory_megabytes is not None else ""
    rows = {
        "state": f"{report.state} {report.message}".strip(),
        "version": report.version,
        "pid": str(report.pid),
        "model": report.model,
        "device": report.device,
        "clients": "" if report.clients is None else str(report.clients),
        "queued": "" if report.queued is None else str(report.queued),
        "idle": idle,
        "memory": memory,
        "address": report.address,
    }
    for name, value in rows.items():
        table.add_row(name, Text(value))
    return table
