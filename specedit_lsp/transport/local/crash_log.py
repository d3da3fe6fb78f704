"""How often a worker crashed lately, counted over all windows that start it."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

MOST_CRASHES = 5
WINDOW_SECONDS = 600.0
"""Crashes within this time count."""
FIRST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class CrashLog:
    """A file with the times of crashes. Used by whoever holds the lock of the worker's start."""

    path: Path

    def add(self) -> None:
        """Count one more. A full disk keeps nobody from trying again."""
        with contextlib.suppress(OSError):
            self.path.write_text(json.dumps([*self.recent(), time.time()]), encoding="utf-8")

    def clear(self) -> None:
        """Forget them all: somebody wants it tried again."""
        self.path.unlink(missing_ok=True)

    def recent(self) -> list[float]:
        """The times of crashes that count, in seconds since the epoch, the oldest first."""
        try:
            times = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        if not isinstance(times, list):
            return []
        now = time.time()
        # None from the future either: the clock may have been set back.
        return [at for at in times if isinstance(at, int | float) and now - WINDOW_SECONDS < at <= now]

    @property
    def is_full(self) -> bool:
        """Whether it crashed so often that another try is no use."""
        return len(self.recent()) >= MOST_CRASHES

    def pause(self) -> float:
        """Return how many seconds to wait before the next try: doubled by each crash."""
        crashes = self.recent()
        if not crashes:
            return 0.0
        return max(0.0, crashes[-1] + FIRST_PAUSE_SECONDS * 2.0 ** (len(crashes) - 1) - time.time())
