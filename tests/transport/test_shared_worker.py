"""One worker for all windows: who starts it, who finds it, and what becomes of it when somebody dies."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local import crash_log, found_worker, worker_name
from specedit_lsp.transport.local.crash_log import MOST_CRASHES, CrashLog
from specedit_lsp.transport.local.found_worker import find_all
from specedit_lsp.transport.local.listening import Listening, LoopbackListening, UnixListening
from specedit_lsp.transport.local.processes import KnownProcess
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.local.worker_record import read_record, write_record
from specedit_lsp.transport.messages import Reason
from tests.transport.shared_workers import NO_MODEL, files_below, open_window, record_of

pytestmark = pytest.mark.usefixtures("runtime_folder", "light_workers")


@pytest.fixture
def other_settings() -> Settings:
    return NO_MODEL.model_copy(update={"worker": NO_MODEL.worker.model_copy(update={"threads": 2})})


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs is found out at once, and no worker is too young to be ended."""
    for name, seconds in (("HUNG", 1.0), ("LEAVE", 0.2), ("END", 0.5), ("YOUNG", 0.0)):
        monkeypatch.setattr(found_worker, f"{name}_SECONDS", seconds)


async def until_gone(process: KnownProcess) -> None:
    assert await process.wait(30), "it is still there after thirty seconds"


def test_windows_that_start_at_the_same_instant_get_one_worker(runtime_folder: Path) -> None:
    """Two processes, ten times: each time the worker is killed first, so that both find none."""
    with open_window() as one, open_window() as other:
        seen = set()
        for _ in range(10):
            for window in (one, other):
                window.ask()
            first, second = one.hear(), other.hear()
            assert first == second
            [found] = find_all(runtime_folder / "specedit")
            seen.add(first)
            os.kill(first, signal.SIGKILL)
            found.files.remove()
            for window in (one, other):
                window.ask()
        assert len(seen) == 10


async def test_a_window_that_is_killed_leaves_the_worker_to_the_next_one() -> None:
    worker = SharedWorker(NO_MODEL)
    with open_window() as window:
        window.ask()
        pid = window.hear()
        # It has no client but this one while the other is killed.
        client = await worker.join()
        assert client is not None
        async with client, aclosing(client.follow_status()) as statuses:
            assert (await anext(statuses)).pid == pid
            window.process.kill()
            window.process.wait()
            async with await worker.connect() as other:
                assert (await other.status()).pid == pid
            await until_gone(KnownProcess(pid=window.process.pid, started=0))
            assert record_of(worker).process.is_alive


async def test_it_ends_after_its_last_client_and_leaves_nothing(runtime_folder: Path) -> None:
    worker = SharedWorker(NO_MODEL)
    async with await worker.connect() as client, aclosing(client.follow_status()) as statuses:
        assert (await anext(statuses)).clients == 1
        record = record_of(worker)
        assert not await record.process.wait(3), "it ended though somebody is there"
    await until_gone(record.process)
    assert files_below(runtime_folder) == set()
    assert await worker.join() is None


@pytest.mark.parametrize("listening", [UnixListening(), LoopbackListening()], ids=lambda one: one.name)
async def test_nobody_else_gets_in_and_no_token_is_told(listening: Listening) -> None:
    worker = SharedWorker(NO_MODEL, listening)
    async with await worker.connect() as client:
        record, files = record_of(worker), worker.files()
        assert (record.socket is None) == (listening.name == "loopback")
        assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(files.record.stat().st_mode) == 0o600
        if record.socket:
            assert stat.S_IMODE(record.socket.stat().st_mode) == 0o600
        async with WorkerClient(Endpoint(record.url, "guessed", record.socket)) as stranger:
            with pytest.raises(RewriteFailed, match="401"):
                await stranger.status()
        await client.retire()
    process = Path(f"/proc/{record.process.pid}")
    told = (process / "cmdline").read_text() + (process / "environ").read_text() + files.log.read_text()
    assert record.token not in told
    assert record.token not in repr(record) + str(record)
    await until_gone(record.process)


async def test_one_that_is_killed_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_log, "FIRST_PAUSE_SECONDS", 0.01)
    worker = SharedWorker(NO_MODEL)
    async with await worker.connect():
        first = record_of(worker).process
    os.kill(first.pid, signal.SIGKILL)
    await until_gone(first)
    async with await worker.connect() as client:
        assert (await client.status()).pid not in (0, first.pid)
        assert len(CrashLog(worker.files().crashes).recent()) == 1
    await worker.stop()
    assert CrashLog(worker.files().crashes).recent() == []


async def test_a_worker_that_hangs_is_ended_and_another_started(
    impatience: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash_log, "FIRST_PAUSE_SECONDS", 0.01)
    worker = SharedWorker(NO_MODEL)
    async with await worker.connect():
        hung = record_of(worker).process
    os.kill(hung.pid, signal.SIGSTOP)
    monkeypatch.setattr(found_worker, "HUNG_SECONDS", 0.5)
    hanging = asyncio.create_task(worker.connect())
    await until_gone(hung)
    monkeypatch.setattr(found_worker, "HUNG_SECONDS", 20)
    async with await hanging as client:
        assert (await client.status()).pid != hung.pid
    await worker.stop()


async def test_a_worker_whose_socket_is_gone_makes_room() -> None:
    worker = SharedWorker(NO_MODEL)
    async with await worker.connect() as client, aclosing(client.follow_status()) as statuses:
        await anext(statuses)
        lost = record_of(worker).process
        worker.files().socket.unlink()
        async with await worker.connect() as other:
            assert (await other.status()).pid != lost.pid
        assert CrashLog(worker.files().crashes).recent() == [], "it left in peace"
    await until_gone(lost)
    await worker.stop()


async def test_what_others_left_is_no_hindrance() -> None:
    """A record with a number that another process has by now, here our own; locks; a file for a socket."""
    worker = SharedWorker(NO_MODEL)
    files = worker.files()
    async with await worker.connect():
        record = record_of(worker)
    await worker.stop()
    reused = KnownProcess(pid=os.getpid(), started=KnownProcess.this().started - 100)
    write_record(files.record, record.model_copy(update={"process": reused}))
    for path in (files.socket, files.life, files.start):
        path.write_text("left")
    async with await worker.connect() as client:
        assert (await client.status()).pid not in (record.process.pid, os.getpid())
    await worker.stop()
    files.record.write_text("{")
    assert await worker.join() is None


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started ends at once, with a complaint."""
    monkeypatch.setattr(sys, "executable", "/bin/ls")
    monkeypatch.setattr(crash_log, "FIRST_PAUSE_SECONDS", 0.001)


@pytest.mark.usefixtures("no_worker")
async def test_after_some_crashes_it_is_given_up_until_somebody_asks_for_it() -> None:
    worker = SharedWorker(NO_MODEL)
    for _ in range(MOST_CRASHES):
        with pytest.raises(RewriteFailed, match=r"does not start\. It said: .*/bin/ls --help"):
            await worker.connect()
    with pytest.raises(RewriteFailed) as given_up:
        await SharedWorker(NO_MODEL).connect()
    message = str(given_up.value)
    assert "crashed 5 times within 10 minutes" in message
    assert "/bin/ls --help" in message
    assert str(worker.files().log) in message
    for advice in ("specedit worker logs", "specedit doctor", "specedit worker start"):
        assert advice in message
    await worker.stop()
    with pytest.raises(RewriteFailed, match="does not start"):
        await worker.connect()


async def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/python")
    with pytest.raises(RewriteFailed, match="/no/python") as failed:
        await SharedWorker(NO_MODEL).connect()
    assert failed.value.reason is Reason.WORKER_UNREACHABLE


@pytest.mark.usefixtures("impatience")
async def test_workers_that_nobody_uses_make_room(
    monkeypatch: pytest.MonkeyPatch, other_settings: Settings
) -> None:
    """One of another version and one with other settings go; one that a window uses stays."""
    used = SharedWorker(other_settings)
    with monkeypatch.context() as patch:
        patch.setattr(worker_name, "VERSION", "0.0.9")
        older = SharedWorker(NO_MODEL)
    monkeypatch.setattr(found_worker, "YOUNG_SECONDS", 3600)
    async with await used.connect() as client, aclosing(client.follow_status()) as statuses:
        await anext(statuses)
        async with await older.connect():
            old, kept = record_of(older).process, record_of(used).process
        monkeypatch.setattr(found_worker, "YOUNG_SECONDS", 0)
        newer = SharedWorker(NO_MODEL)
        async with await newer.connect():
            await until_gone(old)
            assert read_record(older.files().record) is None
            async with await used.connect() as other:
                assert (await other.status()).pid == kept.pid
        await newer.stop()
    await used.stop()


def test_a_worker_outlives_the_session_of_who_started_it() -> None:
    """As a terminal that is closed ends all that belongs to it."""
    script = """
from contextlib import aclosing
import anyio
from tests.transport.shared_workers import NO_MODEL, record_of
from specedit_lsp.transport.local.shared_worker import SharedWorker

async def main():
    worker = SharedWorker(NO_MODEL)
    async with await worker.connect() as client, aclosing(client.follow_status()) as statuses:
        await anext(statuses)
        print(record_of(worker).process.to_json(), flush=True)
        await anyio.sleep(60)

anyio.run(main)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as owner:
        assert owner.stdout is not None
        process = KnownProcess.model_validate_json(owner.stdout.readline())
        os.killpg(owner.pid, signal.SIGHUP)
        assert owner.wait(20) != 0
    assert process.is_alive
    assert os.getsid(process.pid) == process.pid
    asyncio.run(until_gone(process))  # it has no client any more
