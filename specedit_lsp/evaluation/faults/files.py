"""Files of the runtime folder that go away or change under their owner."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
from contextlib import suppress

from specedit_lsp.evaluation.faults.processes import moment
from specedit_lsp.evaluation.faults.stage import Stage

_HOLDER = """
import sys, time
from filelock import FileLock
lock = FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


async def delete_socket(stage: Stage, dice: random.Random) -> None:
    """Delete the worker's socket."""
    await moment(dice)
    stage.worker_files.socket.unlink(missing_ok=True)


async def delete_record(stage: Stage, dice: random.Random) -> None:
    """Delete the record by which windows find the worker."""
    await moment(dice)
    stage.worker_files.record.unlink(missing_ok=True)


async def spoil_record(stage: Stage, dice: random.Random) -> None:
    """Put garbage into that record."""
    await moment(dice)
    stage.worker_files.record.write_bytes(dice.randbytes(dice.randrange(400)))


async def delete_runtime_folder(stage: Stage, dice: random.Random) -> None:
    """Delete the folder with all of the worker's files."""
    await moment(dice)
    # The worker may add to it meanwhile.
    with suppress(OSError):
        shutil.rmtree(stage.runtime)


async def leave_lock(stage: Stage, dice: random.Random) -> None:
    """Kill the worker, and whoever holds the lock for starting another."""
    files, worker = stage.worker_files, stage.worker
    await moment(dice)
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, str(files.start), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        await asyncio.wait_for(holder.stdout.readline(), 20)
        if worker is not None:
            await worker.process.terminate(0)
        await asyncio.sleep(dice.uniform(0.0, 2.0))
    finally:
        holder.kill()
        await holder.wait()
