"""Disks without room, which keep a worker from starting and from saying why."""

from __future__ import annotations

import shutil
from pathlib import Path

LEAST_BYTES = 64 << 10
"""More than a record, a lock and a page of log take."""


def name_full_disk(*folders: Path) -> str:
    """Return a sentence about the first folder that nothing can be written to; empty if there is none."""
    for folder in folders:
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            continue
        if free < LEAST_BYTES:
            return f"There is no room left on the disk of {folder}: make some, then try again."
    return ""
