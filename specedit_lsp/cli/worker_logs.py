"""`specedit worker logs`: what workers said, the last one by default."""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path
from typing import TextIO

import typer

from specedit_lsp.transport.logs import log_folder

_POLL_SECONDS = 0.3


def show_log(lines: int, follow: bool) -> int:
    """Print the end of the log that was written to last; return the exit status: 1 if there is none."""
    logs = sorted(log_folder().glob("worker-*.log"), key=lambda path: path.stat().st_mtime)
    if not logs:
        typer.echo(f"specedit: no worker has left a log in {log_folder()}.", err=True)
        return 1
    typer.echo(f"{logs[-1]}:", err=True)
    with logs[-1].open(encoding="utf-8", errors="replace") as log:
        sys.stdout.writelines(deque(log, maxlen=lines))
        if follow:
            _follow(log, logs[-1])
    return 0


def _follow(log: TextIO, path: Path) -> None:
    try:
        while True:
            sys.stdout.write(log.read())
            sys.stdout.flush()
            time.sleep(_POLL_SECONDS)
            if path.stat().st_size < log.tell():
                log.seek(0)  # the worker has begun it anew
    except KeyboardInterrupt:
        return
