"""Processes that may have ended since: a number alone does not tell one from a later one."""

from __future__ import annotations

import contextlib
import os
import time
from typing import Self

import anyio
import psutil

from specedit_lsp.transport.messages import Message

_SAME_SECONDS = 1.0
"""What start times may differ by: they are told in whole seconds by some systems."""
_END_POLL_SECONDS = 0.05


class KnownProcess(Message):
    """A process by its number and when it was started."""

    pid: int
    started: float
    """Seconds after the start of the system: the clock may be set meanwhile."""

    @classmethod
    def this(cls) -> Self:
        """The process that asks."""
        return cls(pid=os.getpid(), started=_start_of(psutil.Process()))

    @property
    def is_alive(self) -> bool:
        """Whether it, and no later one of its number, still runs."""
        return self._find() is not None

    @property
    def age_seconds(self) -> float:
        """For how long it has been running, if it still is."""
        return time.time() - psutil.boot_time() - self.started

    @property
    def memory_megabytes(self) -> float | None:
        """What it holds in memory, in megabytes of a million bytes; None if it has ended."""
        process = self._find()
        try:
            return process.memory_info().rss / 1e6 if process else None
        except psutil.Error:
            return None

    async def wait(self, seconds: float) -> bool:
        """Return whether it has ended, within so many seconds."""
        with anyio.move_on_after(seconds):
            while self.is_alive:  # noqa: ASYNC110 (the end of another process is no event)
                await anyio.sleep(_END_POLL_SECONDS)
            return True
        return not self.is_alive

    async def terminate(self, patience: float) -> None:
        """Ask it to end, and kill it if it has not done so after so many seconds."""
        with contextlib.suppress(psutil.Error):
            if process := self._find():
                process.terminate()
            if not await self.wait(patience) and (process := self._find()):
                process.kill()
                await self.wait(patience)

    def _find(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            is_same = abs(_start_of(process) - self.started) < _SAME_SECONDS
            return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def _start_of(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()
