"""Where faults happen: two windows and their worker, in folders and an environment of their own."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import IO

import psutil

from specedit_lsp.evaluation.faults.buffer import Json
from specedit_lsp.evaluation.faults.namespaces import lacks_namespaces, mount_disk, unmount
from specedit_lsp.evaluation.faults.window import Window, open_window
from specedit_lsp.transport.local.found_worker import find_all
from specedit_lsp.transport.local.worker_record import WorkerFiles, WorkerRecord

SILENCE_SECONDS = 8.0
HUNG_SECONDS = 4.0
"""The server's patience with a worker, instead of 30 and 20 seconds, for want of time."""
LEAVE_SECONDS = 30.0
"""In which a process must be gone that nobody needs."""

_SERVER = """
import sys
from specedit_lsp.transport import client
from specedit_lsp.transport.local import found_worker
client.SILENCE_SECONDS, found_worker.HUNG_SECONDS = map(float, sys.argv[1:])
from specedit_lsp.lsp.server import serve_stdio
serve_stdio()
"""
_SETTINGS: Json = {"worker": {"threads": 1, "idleMinutes": 1}, "trace": {"keep": "last"}}


class PromiseBroken(Exception):
    """Something besides a rewrite is not as it should be after a fault; the message says what."""


class Stage:
    """Use :func:`open_stage`. Window 0 drafts; window 1 does not, so that its rewrites last longer."""

    def __init__(self, folder: Path, log: IO[bytes], environment: Mapping[str, str], worker: Json) -> None:
        self.folder = folder
        self.windows: list[Window] = []
        self.keepers: set[int] = set()
        """Processes that are there for all of the time, besides."""
        self._log = log
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_STATE_HOME": str(folder / "state"),
            "TMPDIR": str(folder / "tmp"),
            **environment,
        }
        settings = {**_SETTINGS, "worker": {**_SETTINGS["worker"], **worker}}
        self._settings: list[Json] = [settings, {**settings, "draft": {"sources": []}}]
        self._stacks = [AsyncExitStack() for _ in self._settings]

    @property
    def runtime(self) -> Path:
        """The runtime folder of the worker that the windows share."""
        return self.folder / "run" / "specedit"

    @property
    def worker(self) -> WorkerRecord | None:
        """The record of that worker, if there is one."""
        for found in find_all(self.runtime):
            return found.record
        return None

    @property
    def worker_files(self) -> WorkerFiles:
        """The files of that worker.

        Raises:
            PromiseBroken: there is none.
        """
        for found in find_all(self.runtime):
            return found.files
        raise PromiseBroken("there is no worker")

    def command(self, program: tuple[str, ...]) -> tuple[str, ...]:
        """How Python is started in the stage's environment, with these arguments."""
        assignments = (f"{name}={value}" for name, value in self.environment.items())
        return "env", *assignments, sys.executable, *program

    def server_command(self) -> tuple[str, ...]:
        """How the language server is started."""
        return self.command(("-c", _SERVER, str(SILENCE_SECONDS), str(HUNG_SECONDS)))

    def settings_of(self, number: int) -> Json:
        """The settings of a window."""
        return self._settings[number]

    async def open(self, number: int) -> None:
        """Open a window, in the place of one that is closed or whose server has ended."""
        stack = self._stacks[number] = AsyncExitStack()
        window = await stack.enter_async_context(
            open_window(self.server_command(), self._log, self._settings[number])
        )
        self.windows[number : number + 1] = [window]

    async def close(self, number: int) -> None:
        """Close a window, whatever has become of its server."""
        await self._stacks[number].aclose()

    async def prepare(self) -> None:
        """Have windows with a loaded worker, and all earlier crashes forgotten.

        Raises:
            TimeoutError: there is no worker to be had.
        """
        self.forget_crashes()
        for number in range(len(self._settings)):
            if number >= len(self.windows):
                await self.open(number)
            elif self.windows[number].session.process.returncode is not None:
                await self.close(number)
                await self.open(number)
        for window in self.windows:
            await window.wait_until_ready()

    def forget_crashes(self) -> None:
        """What `specedit worker start` does: the worker may be tried again, however often it has crashed."""
        for path in self.runtime.glob("*.crashes"):
            path.unlink(missing_ok=True)

    def processes(self) -> list[psutil.Process]:
        """All processes that were started in this stage, and run."""
        mark = str(self.folder / "run")
        return [process for process in psutil.process_iter() if _is_marked(process, mark)]

    async def wait_for_order(self) -> None:
        """Wait until there are no more processes than there should be: a server a window, and one worker.

        Raises:
            PromiseBroken: others do not go away.
        """

        def extra() -> list[psutil.Process]:
            known = {*self.keepers, *(window.session.pid for window in self.windows)}
            known |= {found.record.process.pid for found in find_all(self.runtime)}
            return [process for process in self.processes() if process.pid not in known]

        await self.wait_until(lambda: not extra(), lambda: f"processes are left over: {_describe(extra())}")

    async def wait_until(self, condition: Callable[[], bool], complaint: Callable[[], str]) -> None:
        """Wait until something is so.

        Raises:
            PromiseBroken: it does not come to that.
        """
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                while not condition():  # noqa: ASYNC110 (what other processes do is no event)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise PromiseBroken(complaint()) from None

    async def clear(self) -> None:
        """Close the windows and end the worker.

        Raises:
            PromiseBroken: a process or a file is left over.
        """
        for stack in self._stacks:
            await stack.aclose()
        self.windows.clear()
        for found in list(find_all(self.runtime)):
            await found.stop()

        def left() -> list[psutil.Process]:
            return [process for process in self.processes() if process.pid not in self.keepers]

        await self.wait_until(lambda: not left(), lambda: f"processes are left over: {_describe(left())}")
        if files := sorted(self._files_left()):
            raise PromiseBroken(f"files are left over: {', '.join(files)}")

    def _files_left(self) -> Iterator[str]:
        for folder in (self.runtime, self.folder / "tmp"):
            for path in folder.rglob("*"):
                if not path.is_dir() and path.suffix not in (".lock", ".start", ".crashes"):
                    yield path.name


@asynccontextmanager
async def open_stage(
    environment: Mapping[str, str] | None = None, worker: Json | None = None
) -> AsyncGenerator[Stage, None]:
    """A stage with folders of its own, which are removed afterwards, as are the processes.

    Args:
        environment: what its processes find in their environment besides.
        worker: settings of the group ``worker``.

    Raises:
        PromiseBroken: after the block, something does not go away by itself.
    """
    # Not in the folder for temporary files: that may be a long path, too long for a socket's.
    folder = Path(tempfile.mkdtemp(prefix="specedit-f-", dir="/tmp"))
    if not lacks_namespaces():
        mount_disk(folder)
    for name in ("run", "state", "tmp"):
        (folder / name).mkdir(0o700)
    with tempfile.TemporaryFile() as log:
        stage = Stage(folder, log, environment or {}, worker or {})
        try:
            yield stage
            await stage.clear()
        finally:
            for process in stage.processes():
                process.kill()
            if not lacks_namespaces():
                unmount(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _is_marked(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get("XDG_RUNTIME_DIR") == mark and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _describe(processes: list[psutil.Process]) -> str:
    return "; ".join(f"{process.pid}: {' '.join(process.cmdline()[-3:])[-100:]}" for process in processes)
