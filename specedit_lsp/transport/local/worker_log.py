"""The log file of a worker, in which one follows another."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_BEGINNING = "-- a worker is started, "


def open_worker_log(path: Path) -> IO[bytes]:
    """Open the log for a worker that is about to start.

    Raises:
        OSError: it cannot be opened.
    """
    # For appending: the worker begins its log anew where it grows too long.
    log = path.open("ab", buffering=0)
    with suppress(OSError):  # a full disk keeps no worker from trying
        log.write(f"{_BEGINNING}{time.strftime('%Y-%m-%d %H:%M:%S')}\n".encode())
    return log


def quote_last_words(path: Path) -> str:
    """Return what the last worker said last, and where there is more, as a sentence."""
    try:
        lines = path.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    if not lines or lines[-1].startswith(_BEGINNING):
        return f"It said nothing; see {path}."
    return f"It said: {lines[-1]} (`specedit worker logs` shows more of {path})."
