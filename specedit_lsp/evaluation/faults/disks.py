"""Disks without room: logs, traces, records and locks cannot be written."""

from __future__ import annotations

import asyncio
import random
import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from specedit_lsp.evaluation.faults.processes import kill_worker, moment
from specedit_lsp.evaluation.faults.stage import Stage

FULL_SECONDS = 5.0


async def fill_disk(stage: Stage, dice: random.Random) -> None:
    """Fill the filesystem of the stage's folders for a while."""
    await _without_room(stage, dice, lambda: _fill(stage), lambda: _filling(stage).unlink())


async def limit_files(stage: Stage, dice: random.Random) -> None:
    """Let no process make a file longer for a while, as on a full disk."""
    await _without_room(stage, dice, lambda: _limit(stage, 0), lambda: _limit(stage, resource.RLIM_INFINITY))


async def _without_room(
    stage: Stage, dice: random.Random, begin: Callable[[], None], end: Callable[[], None]
) -> None:
    await moment(dice)
    begin()
    try:
        if dice.random() < 0.5:  # the next one must then start without room
            await kill_worker(stage, dice)
        await asyncio.sleep(FULL_SECONDS)
    finally:
        end()


def _fill(stage: Stage) -> None:
    with suppress(OSError), _filling(stage).open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)


def _filling(stage: Stage) -> Path:
    return stage.folder / "filling"


def _limit(stage: Stage, most: int) -> None:
    for process in stage.processes():
        with suppress(ProcessLookupError):
            _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, hard))
