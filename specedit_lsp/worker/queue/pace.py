"""How long rewrites take here, for those who are asked to come again."""

from __future__ import annotations

import math

FIRST_GUESS_SECONDS = 2.0
MOST_SECONDS = 60
_WEIGHT = 0.2
"""Of the newest rewrite in the moving average."""


class Pace:
    """A moving average of the model's seconds for one rewrite. Noted in one thread, read in any."""

    def __init__(self) -> None:
        self._seconds = FIRST_GUESS_SECONDS

    def note(self, seconds: float) -> None:
        """Hear what a rewrite took."""
        self._seconds += _WEIGHT * (seconds - self._seconds)

    def estimate(self, rewrites: int) -> int:
        """Return in how many whole seconds that many rewrites are over, 1 to ``MOST_SECONDS``."""
        return min(max(math.ceil(rewrites * self._seconds), 1), MOST_SECONDS)
