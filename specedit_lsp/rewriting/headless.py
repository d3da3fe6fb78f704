"""Rewrites without an editor: a text, a place in it, an instruction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specedit_lsp.rewriting.flush_policy import FlushPolicy
from specedit_lsp.rewriting.job import Outcome, RewriteJob, run_job
from specedit_lsp.settings import Settings
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.launcher import running_worker
from specedit_lsp.transport.messages import Reason, WorkerState, WorkerStatus


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who hears of a headless rewrite while it runs."""

    on_status: Callable[[WorkerStatus], None]
    on_changes: Callable[[Sequence[TextChange]], None]

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Pass verified changes on."""
        self.on_changes(changes)

    async def waiting(self, ahead: int) -> None:
        """There is nobody else: the worker is our own."""


async def run_headless(job: RewriteJob, settings: Settings, watcher: Watcher) -> Outcome:
    """Rewrite a region by a worker of our own, which ends afterwards.

    Raises:
        RewriteFailed: the model cannot be used, or the rewrite broke off.
    """
    async with running_worker(settings) as worker, await worker.connect() as client:
        await _wait_until_ready(client, watcher.on_status)
        return await run_job(job, client, watcher, FlushPolicy.of(settings.stream))


async def _wait_until_ready(client: WorkerClient, on_status: Callable[[WorkerStatus], None]) -> None:
    async for status in client.follow_status():
        on_status(status)
        if status.state is WorkerState.FAILED:
            raise RewriteFailed(Reason.MODEL_UNUSABLE, status.message)
        if status.state in (WorkerState.READY, WorkerState.BUSY):
            return
