"""The worker as a process: who may reach it, and that it never outlives its owner."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.settings import ModelSettings, Settings
from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.launcher import WorkerProcess, running_worker
from specedit_lsp.transport.messages import WorkerState, WorkerStatus

NO_MODEL = Settings(model=ModelSettings(path="/no/such/model"))


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def pid_of(worker: WorkerProcess) -> int:
    pid = worker.pid
    assert pid is not None
    return pid


async def until_failed(client: WorkerClient) -> AsyncIterator[WorkerStatus]:
    async for status in client.follow_status():
        yield status
        if status.state is WorkerState.FAILED:
            return


async def test_the_worker_answers_and_ends_with_the_block() -> None:
    async with running_worker(NO_MODEL) as worker:
        assert worker.pid is None
        async with await worker.connect() as client:
            last = [status async for status in until_failed(client)][-1]
            assert "/no/such/model" in last.message
        socket = await worker.socket()
        pid = pid_of(worker)
        assert is_alive(pid)
    assert not is_alive(pid)
    assert not Path(socket).parent.exists()


async def test_nobody_else_may_reach_the_socket() -> None:
    async with running_worker(NO_MODEL) as worker:
        socket = Path(await worker.socket())
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        async with WorkerClient(Endpoint.at_socket(socket, "guessed")) as client:
            with pytest.raises(RewriteFailed, match="401"):
                await client.status()
        process = Path(f"/proc/{pid_of(worker)}")
        told = (process / "cmdline").read_text() + (process / "environ").read_text()
        assert worker._token not in told


async def test_a_dead_worker_is_started_again() -> None:
    async with running_worker(NO_MODEL) as worker:
        await worker.socket()
        first = pid_of(worker)
        os.kill(first, signal.SIGKILL)
        while worker.pid is not None:
            await asyncio.sleep(0.01)
        await worker.socket()
        assert worker.pid not in (None, first)


async def test_a_worker_that_cannot_start_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/bin/ls")
    worker = WorkerProcess(NO_MODEL)
    with pytest.raises(RewriteFailed, match=r"does not start\. It said"):
        await worker.socket()
    await worker.stop()


async def test_a_worker_that_ends_before_it_reads_its_orders_says_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/ls")
    start = subprocess.Popen

    def start_and_wait(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = start(*args, **options)
        process.wait()
        return process

    monkeypatch.setattr(subprocess, "Popen", start_and_wait)
    worker = WorkerProcess(NO_MODEL)
    with pytest.raises(RewriteFailed, match=r"does not start\. It said"):
        await worker.socket()
    await worker.stop()


def test_the_worker_does_not_survive_its_owner() -> None:
    script = """
import anyio
from specedit_lsp.settings import Settings
from specedit_lsp.transport.launcher import WorkerProcess

async def main():
    worker = WorkerProcess(Settings(model={"path": "/no/such/model"}))
    print(await worker.socket(), worker.pid, flush=True)
    await anyio.sleep(60)

anyio.run(main)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        socket, pid = owner.stdout.readline().split()
        assert is_alive(int(pid))
        owner.kill()
    for _ in range(500):
        if not is_alive(int(pid)) and not Path(socket).parent.exists():
            return
        time.sleep(0.02)
    pytest.fail("the worker or its socket is still there ten seconds after its owner was killed")
