"""Processes that are killed or stopped."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from contextlib import suppress

from specedit_lsp.evaluation.faults.stage import SILENCE_SECONDS, PromiseBroken, Stage
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.messages import WorkerState

MOMENT_SECONDS = 3.0
"""Faults that are not tied to an event strike within this time of the first rewrite."""
START_SECONDS = 6.0
"""About how long a worker takes to start and load its model."""
TEXT_SECONDS = 60.0
"""In which some text arrives in a window."""
DRAWER, OTHER = 0, 1


async def moment(dice: random.Random, most: float = MOMENT_SECONDS) -> None:
    """Wait for a random moment."""
    await asyncio.sleep(dice.uniform(0.0, most))


async def nothing(stage: Stage, dice: random.Random) -> None:
    """No fault at all."""


async def kill_worker(stage: Stage, dice: random.Random) -> None:
    """Kill the worker at a random moment."""
    await moment(dice)
    _signal_worker(stage, signal.SIGKILL)


async def kill_starting_worker(stage: Stage, dice: random.Random) -> None:
    """Kill the worker, and the next one while it starts or loads its model."""
    first = _signal_worker(stage, signal.SIGKILL)
    await moment(dice, START_SECONDS)
    if first is not None:
        for process in stage.processes():
            if "share" in process.cmdline() and process.pid != first:
                process.kill()


async def kill_writing_worker(stage: Stage, dice: random.Random) -> None:
    """Kill the worker when text has just arrived."""
    await moment(dice, 1.0)
    window = stage.windows[OTHER]
    window.text_arrived.clear()
    with suppress(TimeoutError):
        await asyncio.wait_for(window.text_arrived.wait(), TEXT_SECONDS)
    _signal_worker(stage, signal.SIGKILL)


async def stop_worker_shortly(stage: Stage, dice: random.Random) -> None:
    """Stop the worker for less than it may be silent."""
    await moment(dice)
    await _stop(_worker_pid(stage), dice.uniform(0.5, 0.4 * SILENCE_SECONDS))


async def stop_worker_long(stage: Stage, dice: random.Random) -> None:
    """Stop the worker for longer than it may be silent; it is found hung and another takes its place."""
    await moment(dice)
    await _stop(_worker_pid(stage), 3 * SILENCE_SECONDS)


async def stop_server(stage: Stage, dice: random.Random) -> None:
    """Stop a window's server: its pipe fills, and its reader of the worker's text stands still."""
    await moment(dice)
    await _stop(stage.windows[DRAWER].session.pid, dice.uniform(1.0, 5.0))


async def kill_server(stage: Stage, dice: random.Random) -> None:
    """Kill a window's server; the editor starts another."""
    worker = _worker_pid(stage)
    await moment(dice)
    os.kill(stage.windows[DRAWER].session.pid, signal.SIGKILL)
    await stage.close(DRAWER)
    await stage.open(DRAWER)
    _check_same(stage, worker)


async def kill_editor(stage: Stage, dice: random.Random) -> None:
    """Kill a third editor, a process of its own, while it has rewrites under way."""
    worker = _worker_pid(stage)
    editor = await asyncio.create_subprocess_exec(
        *stage.command(("-m", "specedit_lsp.evaluation.faults.lone_editor")),
        json.dumps([stage.server_command(), stage.settings_of(OTHER)]),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert editor.stdout is not None
        line = await asyncio.wait_for(editor.stdout.readline(), TEXT_SECONDS)
        if not line:
            raise PromiseBroken("a third editor got no text")
        server = int(line)
        await moment(dice, 0.5)
    finally:
        with suppress(ProcessLookupError):
            editor.kill()
        await editor.wait()
    await stage.wait_until(
        lambda: not any(process.pid == server for process in stage.processes()),
        lambda: "the server outlives its editor",
    )
    _check_same(stage, worker)


async def check_model_is_free(stage: Stage) -> None:
    """Raise PromiseBroken unless the worker stands ready, with nothing left to do."""
    worker = stage.worker
    if worker is None:
        return
    async with WorkerClient(worker.endpoint) as client:
        for _ in range(100):
            status = await client.status()
            if status.state is WorkerState.READY and not status.queued:
                return
            await asyncio.sleep(0.1)
    raise PromiseBroken(f"the worker goes on for nobody: {status.state.value}, {status.queued} queued")


def _worker_pid(stage: Stage) -> int:
    worker = stage.worker
    if worker is None:
        raise PromiseBroken("there is no worker")
    return worker.process.pid


def _signal_worker(stage: Stage, number: int) -> int | None:
    worker = stage.worker
    if worker is None:
        return None
    with suppress(ProcessLookupError):
        os.kill(worker.process.pid, number)
    return worker.process.pid


async def _stop(pid: int, seconds: float) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _check_same(stage: Stage, worker: int) -> None:
    if _worker_pid(stage) != worker:
        raise PromiseBroken("the worker did not outlive somebody else's end")
