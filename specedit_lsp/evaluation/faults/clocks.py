"""Wall clocks that jump, as when a machine wakes up and asks a time server. Monotonic clocks go on."""

from __future__ import annotations

import random
import re
import shutil
import struct
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.evaluation.faults.namespaces import lacks_namespaces, mount_over, unmount
from specedit_lsp.evaluation.faults.processes import kill_worker, moment
from specedit_lsp.evaluation.faults.stage import Stage, open_stage

DAY_SECONDS = 86_400
_SOURCE = Path(__file__).with_name("clock_shift.c")
_BOOT = Path("/proc/stat")
_BOOT_TIME = re.compile(r"^btime (\d+)$", re.MULTILINE)


def lacks_clock() -> str:
    """Say why clocks cannot jump here; empty if they can."""
    if shutil.which("cc") is None:
        return "it takes a C compiler (cc)"
    # The kernel tells when it was started by the same clock, and processes' starts count from there.
    return lacks_namespaces()


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of a stage, which follows two files."""

    stage: Stage
    shift: Path
    """What processes add to the time."""
    boot: Path
    """What they read in the place of ``/proc/stat``."""
    true_boot: str

    def set(self, seconds: int) -> None:
        """Set it so many seconds apart from the true time."""
        # In place: the file is mapped.
        with self.shift.open("r+b") as file:
            file.write(struct.pack("q", seconds))
        self.boot.write_text(_BOOT_TIME.sub(lambda found: f"btime {int(found[1]) + seconds}", self.true_boot))

    async def jump(self, dice: random.Random) -> None:
        """Jump by a day in either direction, have the worker die there, and jump back."""
        await moment(dice)
        self.set(dice.choice((-1, 1)) * DAY_SECONDS)
        await kill_worker(self.stage, dice)
        await moment(dice)
        self.set(0)


@asynccontextmanager
async def open_clock() -> AsyncGenerator[tuple[Stage, Clock], None]:
    """A stage with a wall clock of its own.

    Raises:
        subprocess.CalledProcessError: the compiler fails.
    """
    true_boot = _BOOT.read_text()  # noqa: ASYNC240 (it is in memory)
    async with open_stage() as stage:
        folder = stage.folder / "clock"
        folder.mkdir()
        library = compile_clock(folder)
        clock = Clock(stage, folder / "shift", folder / "boot", true_boot)
        clock.shift.write_bytes(bytes(8))
        clock.set(0)
        stage.environment.update(LD_PRELOAD=str(library), SPECEDIT_CLOCK_SHIFT=str(clock.shift))
        mount_over(_BOOT, clock.boot)
        try:
            yield stage, clock
        finally:
            unmount(_BOOT)


def compile_clock(folder: Path) -> Path:
    """Return the library that puts the clock of a process off, made in a folder.

    Raises:
        subprocess.CalledProcessError: the compiler fails.
    """
    library = folder / "clock_shift.so"
    subprocess.run(("cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"), check=True)
    return library
