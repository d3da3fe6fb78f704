"""What a forward costs on this machine, by its number of rows."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

_ROWS = (1, 4, 8, 16, 32, 64, 128, 256)
_ROUNDS = 3
_BUDGET = 1.0
"""Seconds after which nothing further is timed."""
_LEARNING = 0.05


@dataclass(slots=True)
class CostModel:
    """Seconds per forward for a few numbers of rows; in between and beyond, straight lines.

    The lines are bent upwards only (the lower convex hull of what was measured): with a step in the costs,
    rows up to the next step are worth adding together or not at all.
    """

    rows: list[int]
    seconds: list[float]

    @classmethod
    def measure(cls, forward: Callable[[int], None], most: int) -> CostModel:
        """Time ``forward(rows)`` for numbers of rows up to ``most``: the best of a few rounds.

        Rounds, so that a moment in which the machine is busy spoils no number of rows altogether.
        """
        counts = [count for count in _ROWS if count < most] + [most]
        best: dict[int, float] = {}
        began = time.perf_counter()
        for _ in range(_ROUNDS):
            for count in counts:
                start = time.perf_counter()
                forward(count)
                seconds = time.perf_counter() - start
                best[count] = min(seconds, best.get(count, seconds))
                if len(best) > 1 and time.perf_counter() - began > _BUDGET:
                    break
        rows = sorted(best)
        return cls(rows, list(accumulate((best[count] for count in rows), max)))

    def __call__(self, rows: int) -> float:
        """Return the seconds of a forward with so many rows."""
        hull_rows, hull = self._bend()
        if len(hull_rows) == 1:
            return hull[0]
        right = min(max(1, bisect_left(hull_rows, rows)), len(hull_rows) - 1)
        x0, x1 = hull_rows[right - 1], hull_rows[right]
        y0, y1 = hull[right - 1], hull[right]
        return y0 + (y1 - y0) * (rows - x0) / (x1 - x0)

    def learn(self, rows: int, seconds: float) -> None:
        """Take in what a forward cost: the machine may be busier than it was, or the context longer."""
        expected = self(rows)
        if expected <= 0:
            return
        # A forward that waited for something else says little about its rows.
        ratio = min(max(seconds / expected, 0.5), 2.0)
        nearest = min(range(len(self.rows)), key=lambda index: abs(self.rows[index] - rows))
        self.seconds[nearest] *= 1 + _LEARNING * (ratio - 1)

    def _bend(self) -> tuple[list[int], list[float]]:
        hull: list[tuple[int, float]] = []
        for point in zip(self.rows, self.seconds, strict=True):
            while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
                hull.pop()
            hull.append(point)
        return [rows for rows, _ in hull], [seconds for _, seconds in hull]


def _turns_down(a: tuple[int, float], b: tuple[int, float], c: tuple[int, float]) -> bool:
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])
