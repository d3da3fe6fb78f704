"""Workers that are found in the runtime folder: asked, retired, ended."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio

from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.worker_record import (
    WorkerFiles,
    WorkerRecord,
    list_workers,
    read_record,
    remove_record,
)
from specedit_lsp.transport.messages import Reason
from specedit_lsp.version import VERSION

logger = logging.getLogger(__name__)

HUNG_SECONDS = 20.0
"""A worker that says nothing for so long hangs. One that imports its libraries may take a while."""
LEAVE_SECONDS = 2.0
"""A worker that lost its socket, or just ends, takes its record away by itself."""
STOP_SECONDS = 10.0
"""What is under way may take so long when a worker is stopped."""
END_SECONDS = 3.0
YOUNG_SECONDS = 60.0
"""One that was started so lately may be about to be used, or still be loading."""
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class FoundWorker:
    """A worker by what it left in the runtime folder. It may be gone, or hang."""

    files: WorkerFiles
    record: WorkerRecord

    async def reach(self) -> WorkerClient | None:
        """A client of it, to be closed after use; None if it does not answer."""
        if not self.record.process.is_alive:
            return None  # by now its port may be somebody else's, who must not be sent the token
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(WorkerClient(self.record.endpoint))
            try:
                with anyio.fail_after(HUNG_SECONDS):
                    await client.status()
            except (RewriteFailed, TimeoutError) as error:
                logger.info("%s does not answer: %s", self.record, error)
                return None
            stack.pop_all()
            return client

    async def stop(self) -> None:
        """End it, in peace if that takes no longer than a few seconds."""
        try:
            with anyio.fail_after(STOP_SECONDS):
                async with WorkerClient(self.record.endpoint) as client:
                    await client.retire()
                await self.record.process.wait(STOP_SECONDS)
        except (RewriteFailed, TimeoutError) as error:
            logger.info("%s does not retire: %s", self.record, error)
        await self.end()

    async def end(self) -> None:
        """End it whatever it does, and remove what it left."""
        await self.record.process.terminate(END_SECONDS)
        remove_record(self.files, self.record)

    async def end_if_stuck(self) -> bool:
        """End one that cannot be reached; False if it went away by itself."""
        with anyio.move_on_after(LEAVE_SECONDS):
            while self.record.process.is_alive:
                if read_record(self.files.record) != self.record:
                    return False
                await anyio.sleep(_POLL_SECONDS)
        if self.record.process.is_alive:
            logger.warning("%s hangs and is ended", self.record)
        await self.end()
        return True


def find_at(files: WorkerFiles) -> FoundWorker | None:
    """The worker that has a record there."""
    record = read_record(files.record)
    return FoundWorker(files, record) if record else None


def find_all(folder: Path) -> Iterator[FoundWorker]:
    """All workers that have a record in a runtime folder."""
    for files in list_workers(folder):
        if found := find_at(files):
            yield found


async def retire_unused_workers(folder: Path, besides: str) -> None:
    """Have workers that nobody uses make room for the one named ``besides``.

    One that others use stays: windows of two versions, or with two models, would end each other's for ever.
    """
    for found in find_all(folder):
        if found.files.name == besides or found.record.process.age_seconds < YOUNG_SECONDS:
            continue
        if not found.record.process.is_alive:
            if found.record.version != VERSION:
                found.files.remove()
            continue
        try:
            await _retire_unused(found)
        except RewriteFailed as failure:
            logger.info("%s is left alone: %s", found.record, failure)


async def _retire_unused(found: FoundWorker) -> None:
    try:
        with anyio.fail_after(HUNG_SECONDS):
            async with WorkerClient(found.record.endpoint) as client:
                if not (await client.status()).clients:
                    logger.info("%s is not used any more", found.record)
                    await client.retire()
    except TimeoutError:
        await found.end_if_stuck()
    except RewriteFailed as failure:
        if failure.reason not in (Reason.WORKER_CRASHED, Reason.WORKER_UNREACHABLE):
            raise  # it answers, in the words of another version
        await found.end_if_stuck()
