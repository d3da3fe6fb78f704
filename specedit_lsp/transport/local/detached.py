"""Processes that live on when the one that started them ends, its terminal and its editor with it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":

    def _open(command: Sequence[str], log: IO[bytes], folder: Path) -> subprocess.Popen[bytes]:
        flags = (
            subprocess.CREATE_NO_WINDOW
            | subprocess.CREATE_NEW_PROCESS_GROUP
            # Editors put what they start into a job, which ends with them.
            | subprocess.CREATE_BREAKAWAY_FROM_JOB
        )
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, bufsize=0, creationflags=flags
        )

else:

    def _open(command: Sequence[str], log: IO[bytes], folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            # Unbuffered, so that closing the pipe has nothing left to write to a process that is gone.
            bufsize=0,
            start_new_session=True,
        )


def start_detached(
    command: Sequence[str], given: bytes, log: IO[bytes], folder: Path
) -> subprocess.Popen[bytes]:
    """Start a process that reads ``given``, logs to ``log`` and works in ``folder``.

    The folder should be one where nobody else writes: Python looks for modules there.

    Raises:
        OSError: it cannot be started.
    """
    process = _open(command, log, folder)
    assert process.stdin is not None
    # One that ended before it could read is found out by whoever waits for it.
    with process.stdin as stdin, suppress(BrokenPipeError):
        stdin.write(given)
    # However it ends while we are there: nobody else can take note of it.
    threading.Thread(target=process.wait, name=f"wait for {process.pid}", daemon=True).start()
    return process
