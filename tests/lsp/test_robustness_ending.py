"""However a session ends: the server ends with it, alone, and nothing that was asked stays open."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from specedit_lsp.evaluation.server_session import Json, ServerSession, encode, running_server
from specedit_lsp.evaluation.server_worker import server_with_this_worker
from specedit_lsp.transport.local.found_worker import find_all

URI = "file:///ending.py"
REWRITE = {
    "textDocument": {"uri": URI},
    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 90, "character": 0}},
    "instruction": "pause 100 ms",
    "partialResultToken": "hunks",
}


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen within twenty seconds")


@pytest.fixture
def command() -> Iterator[tuple[str, ...]]:
    with server_with_this_worker() as words:
        yield words


@asynccontextmanager
async def busy_session(command: tuple[str, ...]) -> AsyncIterator[tuple[ServerSession, asyncio.Task[Json]]]:
    """A session in which a rewrite of nine seconds streams."""
    async with running_server(command) as session:
        await session.initialize()
        text = "".join(f"value_{number} = compute({number})\n" for number in range(90))
        item = {"uri": URI, "languageId": "python", "version": 1, "text": text}
        session.notify("textDocument/didOpen", {"textDocument": item})
        started = asyncio.Event()
        session.listener = lambda message, at: started.set()
        rewrite = asyncio.create_task(session.request("specedit/rewriteRange", REWRITE))
        await asyncio.wait_for(started.wait(), 20)
        yield session, rewrite


async def test_shutdown_ends_what_is_under_way(command: tuple[str, ...]) -> None:
    async with busy_session(command) as (session, rewrite):
        assert "result" in await session.request("shutdown")
        assert (await rewrite)["error"]["code"] == -32800
        session.notify("exit")
        assert await session.end() == 0


async def test_exit_without_shutdown_ends_everything_and_says_so(command: tuple[str, ...]) -> None:
    async with busy_session(command) as (session, rewrite):
        session.notify("exit")
        status = await asyncio.wait_for(session.process.wait(), 20)
        assert status == 1
        await asyncio.gather(rewrite, return_exceptions=True)


async def test_the_end_of_input_ends_everything(command: tuple[str, ...]) -> None:
    async with busy_session(command) as (session, rewrite):
        await session.end()
        await asyncio.gather(rewrite, return_exceptions=True)


async def test_output_that_nobody_reads_any_more_does_no_harm(command: tuple[str, ...]) -> None:
    async with busy_session(command) as (session, rewrite):
        session.stop_listening()
        await asyncio.sleep(0.5)
        assert is_alive(session.pid)
        session.notify("exit")
        assert await asyncio.wait_for(session.process.wait(), 20) == 1
        await asyncio.gather(rewrite, return_exceptions=True)


@pytest.mark.usefixtures("light_workers")
async def test_the_worker_that_others_share_stays(runtime_folder: Path) -> None:
    """It is one without a model, which ends by itself soon after nobody needs it any more."""
    options = {"model": {"path": "/no/such/model"}}
    async with running_server() as one, running_server() as other:
        for session in (one, other):
            await session.initialize(options, {"experimental": {"specedit": {"status": True}}})
            await until_failed(session)
        [worker] = find_all(runtime_folder / "specedit")
        one.process.kill()
        await one.process.wait()
        await asyncio.sleep(3)
        assert worker.record.process.is_alive
        await other.request("shutdown")
        assert await worker.record.process.wait(20)


async def until_failed(session: ServerSession) -> None:
    async with asyncio.timeout(60):
        while not any(one.get("params", {}).get("state") == "failed" for one in session.received):
            await asyncio.sleep(0.02)


def test_no_server_outlives_a_killed_editor(command: tuple[str, ...]) -> None:
    editor = """
import asyncio, sys
from specedit_lsp.evaluation.server_session import running_server

async def main():
    async with running_server(sys.argv[1:]) as session:
        await session.initialize(capabilities={"experimental": {"specedit": {"status": True}}})
        while not any(one.get("params", {}).get("state") == "ready" for one in session.received):
            await asyncio.sleep(0.01)
        print(session.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", editor, *command], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        server = int(process.stdout.readline())
        assert is_alive(server)
        process.kill()
    wait_until(lambda: not is_alive(server))


async def test_the_server_ends_with_the_process_that_the_client_named() -> None:
    """Its pipes may be held open by others."""
    with subprocess.Popen(["sleep", "60"]) as editor:
        async with running_server() as session:
            await session.initialize(process_id=editor.pid)
            await asyncio.sleep(2.5)
            assert is_alive(session.pid)
            os.kill(editor.pid, signal.SIGKILL)
            editor.wait()
            await asyncio.wait_for(session.process.wait(), 20)


async def test_what_a_handler_prints_or_starts_stays_out_of_the_conversation() -> None:
    troubled = """
import subprocess
from specedit_lsp.lsp.server import create_server

server = create_server()

@server.feature("test/print")
def print_something(params):
    print("Content-Length: 2")
    subprocess.run(["cat"], check=True)  # reads standard input until it ends

server.start_io()
"""
    async with running_server((sys.executable, "-c", troubled)) as session:
        await session.initialize()
        answers = [await session.request("test/print", {}) for _ in range(2)]
        assert [answer["result"] for answer in answers] == [None, None]


async def test_one_client_at_a_time_over_tcp(unused_tcp_port: int) -> None:
    command = (sys.executable, "-m", "specedit_lsp", "lsp", "--tcp", f"127.0.0.1:{unused_tcp_port}")
    server = await asyncio.create_subprocess_exec(*command)
    first = await _connect(unused_tcp_port)
    second = await _connect(unused_tcp_port)
    assert await second[0].read() == b"", "turned away"
    first[1].write(
        encode({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
    )
    assert b"Content-Length" in await asyncio.wait_for(first[0].readline(), 20)
    for _, writer in (first, second):
        writer.close()
    assert await asyncio.wait_for(server.wait(), 20) == 0


async def _connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(30):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
