"""The worker that all windows and commands of this user share: joined if it is there, started if not."""

from __future__ import annotations

import subprocess
import sys

import anyio
from filelock import FileLock, Timeout

from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.disk_space import name_full_disk
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.crash_log import WINDOW_SECONDS, CrashLog
from specedit_lsp.transport.local.detached import start_detached
from specedit_lsp.transport.local.found_worker import find_at, retire_unused_workers
from specedit_lsp.transport.local.listening import Listening, choose_listening
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.local.worker_log import open_worker_log, quote_last_words
from specedit_lsp.transport.local.worker_name import name_worker, process_settings
from specedit_lsp.transport.local.worker_record import WorkerFiles
from specedit_lsp.transport.messages import Reason

START_SECONDS = 60.0
POLL_SECONDS = 0.02


class SharedWorker:
    """The one worker for these settings, in whichever process it runs."""

    def __init__(self, settings: Settings, listening: Listening | None = None) -> None:
        """``listening`` is how it is to be reached if we start it; by default what suits the system."""
        self._settings = process_settings(settings)
        self._name = name_worker(settings)
        self._listening = listening or choose_listening()

    def files(self) -> WorkerFiles:
        """Where it is found.

        Raises:
            RewriteFailed: the folder is not to be trusted.
        """
        return WorkerFiles(open_runtime_folder(), self._name)

    async def connect(self) -> WorkerClient:
        """A client of the live worker, started first if need be. Close it after use.

        Raises:
            RewriteFailed: it does not start, or has crashed too often; the message ends with its last words.
        """
        return await self.join() or await self._start()

    async def join(self) -> WorkerClient | None:
        """A client of the worker if it is there.

        Raises:
            RewriteFailed: the folder is not to be trusted.
        """
        found = find_at(self.files())
        return await found.reach() if found else None

    async def stop(self) -> None:
        """End it, for all who share it. It may then be tried again, however often it has crashed.

        Raises:
            RewriteFailed: the folder is not to be trusted.
        """
        files = self.files()
        CrashLog(files.crashes).clear()
        if found := find_at(files):
            await found.stop()

    async def _start(self) -> WorkerClient:
        """Start it, unless somebody else does so first."""
        files = self.files()
        lock = FileLock(files.start)
        while True:
            try:
                lock.acquire(blocking=False)
            except Timeout:
                await anyio.sleep(POLL_SECONDS)
                if client := await self.join():
                    return client
                continue
            try:
                return await self.join() or await self._start_alone(files)
            finally:
                lock.release()

    async def _start_alone(self, files: WorkerFiles) -> WorkerClient:
        crashes = CrashLog(files.crashes)
        # A worker that ends in peace takes its record with it.
        if (found := find_at(files)) and await found.end_if_stuck():
            crashes.add()
        if crashes.is_full:
            raise RewriteFailed(
                Reason.WORKER_CRASHED,
                f"The worker crashed {len(crashes.recent())} times within {WINDOW_SECONDS / 60:.0f} minutes, "
                f"so it is not started again. {quote_last_words(files.log)} Run `specedit doctor`; once the "
                "cause is gone, `specedit worker start`, or the editor's command to restart it, tries again.",
            )
        await anyio.sleep(crashes.pause())
        client = await self._wait_for(self._launch(files), files, crashes)
        await retire_unused_workers(files.folder, besides=self._name)
        return client

    def _launch(self, files: WorkerFiles) -> subprocess.Popen[bytes]:
        command = (
            *(sys.executable, "-m", "specedit_lsp", "worker", "share"),
            *(str(files.record), "--listening", self._listening.name),
        )
        try:
            with open_worker_log(files.log) as log:
                return start_detached(command, self._settings.model_dump_json().encode(), log, files.folder)
        except OSError as error:
            cause = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
            why = name_full_disk(files.log.parent) or f"{cause}. Run `specedit doctor`."
            message = f"The worker does not start. {why}"
            raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error

    async def _wait_for(
        self, process: subprocess.Popen[bytes], files: WorkerFiles, crashes: CrashLog
    ) -> WorkerClient:
        with anyio.move_on_after(START_SECONDS):
            while process.poll() is None:
                if client := await self.join():
                    return client
                await anyio.sleep(POLL_SECONDS)
        if process.poll() is None:
            process.kill()
        crashes.add()
        last_words = f"{quote_last_words(files.log)} Try again, or run `specedit doctor`."
        why = name_full_disk(files.folder, files.log.parent) or last_words
        raise RewriteFailed(Reason.WORKER_CRASHED, f"The worker does not start. {why}")
