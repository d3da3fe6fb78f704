"""Who is here, and for how long nobody has been."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Attendance:
    """Counts clients by what they have open here: status streams, rewrites, questions. In one event loop."""

    def __init__(self, on_change: Callable[[int], None]) -> None:
        """``on_change`` hears the number of clients whenever it changes."""
        self._on_change = on_change
        self._open: Counter[str] = Counter()
        self._left = time.monotonic()

    def idle_seconds(self) -> float:
        """Return for how long nobody has had anything open here; 0 while somebody has."""
        return 0.0 if self._open else time.monotonic() - self._left

    def enter(self, client: str) -> None:
        """Open one thing more."""
        self._open[client] += 1
        if self._open[client] == 1:
            self._on_change(len(self._open))

    def leave(self, client: str) -> None:
        """Close it."""
        self._left = time.monotonic()
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]
            self._on_change(len(self._open))

    @contextmanager
    def present(self, client: str) -> Iterator[None]:
        """Count a client in during the block."""
        self.enter(client)
        try:
            yield
        finally:
            self.leave(client)
