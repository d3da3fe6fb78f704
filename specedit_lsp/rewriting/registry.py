"""Which rewrites are under way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from specedit_lsp.text.positions import Range


@dataclass(frozen=True, slots=True)
class ActiveJob:
    """A rewrite under way and the place that is its own meanwhile."""

    job_id: str
    uri: str
    range: Range


class RegionBusy(Exception):
    """Another rewrite works on an overlapping or touching place."""

    def __init__(self, other: ActiveJob) -> None:
        start, end = other.range.start.line + 1, other.range.end.line + 1
        super().__init__(
            f"Rewrite {other.job_id} is still working on lines {start} to {end}. Wait or cancel it."
        )
        self.other = other


class JobRegistry:
    """Hands out job ids and keeps rewrites off each other's region."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._active: dict[str, ActiveJob] = {}

    @contextmanager
    def claim(self, uri: str, range: Range) -> Iterator[ActiveJob]:
        """Own ``range`` of a document for the duration of the block.

        Raises:
            RegionBusy: some of it belongs to another rewrite.
        """
        for other in self._active.values():
            if other.uri == uri and range.start <= other.range.end and other.range.start <= range.end:
                raise RegionBusy(other)
        job = ActiveJob(f"rewrite-{next(self._ids)}", uri, range)
        self._active[job.job_id] = job
        try:
            yield job
        finally:
            del self._active[job.job_id]

    def __len__(self) -> int:
        return len(self._active)
