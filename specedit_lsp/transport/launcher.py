"""Starts the worker process and keeps it at hand.

The worker is a child whose standard input is a lifeline: its first line carries settings and token, and
when it closes, for whatever reason, the worker ends. So no worker outlives the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import anyio
import anyio.to_thread
import platformdirs

from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Message, Reason

START_SECONDS = 60.0


class WorkerOrders(Message):
    """The one line that a new worker reads from its standard input."""

    token: str
    settings: Settings


def log_folder() -> Path:
    """Where workers and servers leave their logs."""
    return Path(platformdirs.user_log_dir("specedit", appauthor=False, ensure_exists=True))


class WorkerProcess:
    """A worker of our own: started on demand, started again after a crash, ended by :meth:`stop`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._token = secrets.token_urlsafe(32)
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = anyio.Lock()
        self._log = log_folder() / f"worker-of-{os.getpid()}.log"

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, if there is one."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def socket(self) -> str:
        """The path of a socket that a live worker answers on, started first if need be.

        Raises:
            RewriteFailed: it does not start; the message ends with what it said last.
        """
        async with self._starting:
            if self.pid is None:
                await anyio.to_thread.run_sync(self._start)
                await self._wait_until_it_answers()
            return str(self._socket_path())

    async def connect(self) -> WorkerClient:
        """A client of a live worker, started first if need be. Close it after use."""
        return WorkerClient(Endpoint.at_socket(Path(await self.socket()), self._token))

    async def stop(self) -> None:
        """End the worker and remove its socket. Safe to call twice."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._stop)

    def _socket_path(self) -> Path:
        assert self._folder is not None
        return self._folder / "worker.sock"

    def _start(self) -> None:
        self._stop()
        # Only this user may enter: uvicorn makes the socket itself writable by everyone.
        self._folder = Path(tempfile.mkdtemp(prefix="specedit-"))
        # For appending: the worker begins its log anew where it grows too long.
        self._log.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "specedit_lsp", "worker", "--socket", str(self._socket_path())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Unbuffered, so that closing the pipe has nothing left to write to a worker that is gone.
                bufsize=0,
            )
        orders = WorkerOrders(token=self._token, settings=self._settings)
        # One that ended before it could read them is found out, and quoted, by whoever waits for its answer.
        with contextlib.suppress(BrokenPipeError):
            self._lifeline().write(orders.to_json().encode() + b"\n")

    def _lifeline(self) -> IO[bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        return self._process.stdin

    async def _wait_until_it_answers(self) -> None:
        async with WorkerClient(Endpoint.at_socket(self._socket_path(), self._token)) as client:
            with anyio.move_on_after(START_SECONDS):
                while self.pid is not None:
                    try:
                        await client.status()
                    except RewriteFailed:
                        await anyio.sleep(0.02)
                    else:
                        return
        raise RewriteFailed(Reason.WORKER_CRASHED, f"The worker does not start. {self._last_words()}")

    def _stop(self) -> None:
        if self._process is not None:
            self._lifeline().close()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.returncode == 0:
                self._log.unlink(missing_ok=True)
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return f"It said: {lines[-1]} (more in {self._log})" if lines else f"It said nothing; see {self._log}"


@asynccontextmanager
async def running_worker(settings: Settings) -> AsyncGenerator[WorkerProcess, None]:
    """A worker that ends with the ``async with`` block. It is started by the first use."""
    worker = WorkerProcess(settings)
    try:
        yield worker
    finally:
        await worker.stop()
