"""When a worker ends: nobody has needed it for a while, or it was told to."""

from __future__ import annotations

import asyncio
import logging

from specedit_lsp.transport.messages import WorkerState
from specedit_lsp.worker.process.publication import Publication
from specedit_lsp.worker.queue.service import RewriteService

logger = logging.getLogger(__name__)

LINGER_SECONDS = 2.0
"""A worker outlives its last client by so much at least: a command asks for the status, then rewrites."""
DRAIN_SECONDS = 600.0
"""A worker that was told to end breaks off whatever takes longer."""
POLL_SECONDS = 0.25


async def wait_while_needed(service: RewriteService, publication: Publication, idle_seconds: float) -> None:
    """Return when a shared worker is to end: its place is given up, and what it accepted is done.

    That is after ``idle_seconds`` without clients, or, if there is no model, as soon as nobody is there to
    hear why; or when it cannot be found any more; or when it is told to retire.
    """
    while not service.is_retiring:
        await asyncio.sleep(POLL_SECONDS)
        has_failed = service.board.current.state is WorkerState.FAILED
        if service.idle_seconds() > max(0.0 if has_failed else idle_seconds, LINGER_SECONDS):
            logger.info("nobody has needed this worker for %.0f seconds", service.idle_seconds())
            service.retire()
        elif not publication.is_standing:
            logger.warning("somebody took this worker's record or socket away")
            service.retire()
    publication.withdraw()
    await drain(service)


async def wait_for_retirement(service: RewriteService) -> None:
    """Return when a worker was told to retire, and what it accepted is done."""
    while not service.is_retiring:  # noqa: ASYNC110 (nothing is urgent)
        await asyncio.sleep(POLL_SECONDS)
    await drain(service)


async def drain(service: RewriteService) -> None:
    """Wait until a worker that is retiring has done what it accepted, but not for ever."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while service.has_work:  # noqa: ASYNC110 (nor here)
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        logger.warning("what is left takes too long and is broken off")
