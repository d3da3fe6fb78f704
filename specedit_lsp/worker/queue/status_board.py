"""The worker's status, and everyone who waits for it to change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from specedit_lsp.transport.messages import WorkerStatus

HEARTBEAT_SECONDS = 5.0


class StatusBoard:
    """Holds one :class:`WorkerStatus`. Lives in one event loop."""

    def __init__(self, status: WorkerStatus) -> None:
        self.current = status
        self._changed = asyncio.Event()

    def update(self, **changes: Any) -> None:
        """Replace some fields of the status; wake everyone who follows it if that changes any."""
        changed = self.current.model_copy(update=changes)
        if changed == self.current:
            return
        self.current = changed
        self.wake()

    def wake(self) -> None:
        """Have everyone who follows it look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def follow(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield the status now, after every change, and again every few seconds as a sign of life."""
        while True:
            changed = self._changed
            yield self.current
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue
