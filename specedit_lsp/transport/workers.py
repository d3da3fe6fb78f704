"""The worker behind a rewrite, wherever it is, and how settings choose it."""

from __future__ import annotations

from typing import Protocol

from specedit_lsp.settings import Settings
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.remote.remote_worker import RemoteWorker


class Worker(Protocol):
    """Whoever rewrites for us. Nothing is started or reached before the first :meth:`connect`."""

    async def connect(self) -> Connection:
        """A client of a live worker, started first if need be. Close it after use.

        Raises:
            RewriteFailed: there is none, and the message says what to do.
        """
        ...

    async def join(self) -> Connection | None:
        """A client of the worker if it is there; None, and nothing started, if it is not."""
        ...

    async def stop(self) -> None:
        """End the worker, for all who share it. Safe to call twice."""
        ...


def find_worker(settings: Settings) -> Worker:
    """Return the worker that these settings ask for."""
    remote = settings.worker
    if remote.kind == "openai":
        # Its prompts are made here, by libraries that no other kind needs in this process.
        from specedit_lsp.transport.openai.worker import OpenAIWorker

        return OpenAIWorker(remote)
    return RemoteWorker(remote) if remote.url else SharedWorker(settings)
