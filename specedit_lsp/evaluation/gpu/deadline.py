"""How long something may go on."""

from __future__ import annotations

import time
from typing import Self


class Deadline:
    """A moment by which to be done; nobody is interrupted by it."""

    def __init__(self, moment: float) -> None:
        """``moment`` in seconds since the epoch, so that it can be told to another process."""
        self.moment = moment

    @classmethod
    def within(cls, seconds: float) -> Self:
        """Return the moment in so many seconds."""
        return cls(time.time() + seconds)

    @property
    def left(self) -> float:
        """Seconds, less than none once it has passed."""
        return self.moment - time.time()

    @property
    def passed(self) -> bool:
        """Whether it is time to stop."""
        return self.left <= 0
