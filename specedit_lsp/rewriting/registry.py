"""Which rewrites are under way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import anyio

from specedit_lsp.rewriting.tracked_region import TrackedRegion


@dataclass(frozen=True, slots=True)
class ActiveJob:
    """A rewrite under way and the regions of a document that are its own meanwhile."""

    job_id: str
    uri: str
    instruction: str
    regions: tuple[TrackedRegion, ...]
    stop: Callable[[], None]
    """What the user's wish to stop it calls."""


class RegionBusy(Exception):
    """Another rewrite works on an overlapping or touching region."""

    def __init__(self, other: ActiveJob, region: TrackedRegion) -> None:
        super().__init__(f"{other.job_id} is still working there")
        self.other = other
        self.region = region
        """The one that is in the way, where it is now."""


class JobRegistry:
    """Hands out job ids and keeps rewrites off each other's regions, wherever typing has moved these."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._active: dict[str, ActiveJob] = {}
        self._idle = anyio.Event()

    @contextmanager
    def claim(
        self, uri: str, instruction: str, regions: Sequence[TrackedRegion], stop: Callable[[], None]
    ) -> Iterator[ActiveJob]:
        """Own regions of a document for the duration of the block.

        Raises:
            RegionBusy: one of them belongs, at least in part, to another rewrite.
        """
        for other in self._active.values():
            for theirs, ours in itertools.product(other.regions, regions):
                if other.uri == uri and theirs.span.touches(ours.span):
                    raise RegionBusy(other, theirs)
        job = ActiveJob(f"rewrite-{next(self._ids)}", uri, instruction, tuple(regions), stop)
        self._active[job.job_id] = job
        try:
            yield job
        finally:
            del self._active[job.job_id]
            if not self._active:
                self._idle.set()
                self._idle = anyio.Event()

    def of_document(self, uri: str) -> list[ActiveJob]:
        """The rewrites under way in a document, oldest first."""
        return [job for job in self._active.values() if job.uri == uri]

    def stop(self, job_id: str) -> None:
        """Have a rewrite cancelled; nothing happens if it is over already."""
        if job := self._active.get(job_id):
            job.stop()

    async def wait_until_idle(self) -> None:
        """Wait until no rewrite is under way."""
        while self._active:
            await self._idle.wait()

    def __len__(self) -> int:
        return len(self._active)
