"""Wall clocks that jump, as when a machine wakes up and asks a time server. Monotonic clocks go on."""

from __future__ import annotations

import os
import random
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.evaluation.faults.namespaces import lacks_namespaces, mount_over, unmount
from specedit_lsp.evaluation.faults.processes import kill_worker, moment
from specedit_lsp.evaluation.faults.stage import Stage, open_stage

VARIABLE = "SPECEDIT_LIBFAKETIME"
"""Where the library is, if it is not installed."""
_PLACES = "/usr/lib/*/faketime/libfaketime.so.1"
DAY_SECONDS = 86_400
_BOOT = Path("/proc/stat")
_BOOT_TIME = re.compile(r"^btime (\d+)$", re.MULTILINE)


def find_library() -> Path | None:
    """libfaketime, which has the C library tell another time."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else next(Path("/").glob(_PLACES.lstrip("/")), None)


def lacks_clock() -> str:
    """Say why clocks cannot jump here; empty if they can."""
    if find_library() is None:
        return f"libfaketime is neither installed (apt install libfaketime) nor named by ${VARIABLE}"
    # The kernel tells the time of the last start by the same clock, and processes' starts by that.
    return lacks_namespaces()


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of a stage, which follows two files."""

    stage: Stage
    offset: Path
    boot: Path

    def set(self, seconds: int) -> None:
        """Set it apart from the true time."""
        self.offset.write_text(f"{seconds:+d}\n")
        text = self.boot.read_text()
        true = _BOOT_TIME.search((self.boot.parent / "true").read_text())
        assert true is not None
        self.boot.write_text(_BOOT_TIME.sub(f"btime {int(true[1]) + seconds}", text))

    async def jump(self, dice: random.Random) -> None:
        """Jump by a day in either direction, have the worker die there, and jump back."""
        await moment(dice)
        self.set(dice.choice((-1, 1)) * DAY_SECONDS)
        await kill_worker(self.stage, dice)
        await moment(dice)
        self.set(0)


@asynccontextmanager
async def open_clock() -> AsyncGenerator[tuple[Stage, Clock], None]:
    """A stage with a wall clock of its own."""
    library = find_library()
    assert library is not None
    boot = _BOOT.read_text()  # noqa: ASYNC240 (it is in memory)
    async with open_stage() as stage:
        clock = Clock(stage, stage.folder / "clock" / "offset", stage.folder / "clock" / "boot")
        clock.offset.parent.mkdir()
        for name in ("boot", "true"):
            (clock.offset.parent / name).write_text(boot)
        clock.set(0)
        stage.environment.update(
            LD_PRELOAD=str(library),
            FAKETIME_TIMESTAMP_FILE=str(clock.offset),
            FAKETIME_CACHE_DURATION="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
            NO_FAKE_STAT="1",
        )
        mount_over(_BOOT, clock.boot)
        try:
            yield stage, clock
        finally:
            unmount(_BOOT)
