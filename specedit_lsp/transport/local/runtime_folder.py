"""The folder in which this user's workers are found: their sockets, records and locks."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Reason

MOST_PATH_BYTES = 100
"""Of a unix socket's path: macOS takes 103 bytes, Linux 107."""
NAME_BYTES = 40
"""Enough for the name of any file in the folder."""
PRIVATE = 0o700


def open_runtime_folder() -> Path:
    """Return the folder, made if need be: of this user, and nobody else may enter.

    The place is that of all the user's runtime files, `$XDG_RUNTIME_DIR`; or else, where nothing can be
    written there or a socket's path would be too long, the system's folder for temporary files.

    Raises:
        RewriteFailed: the folder is not what it should be; the message says what to do.
    """
    for folder in _places():
        if len(os.fsencode(folder)) + NAME_BYTES > MOST_PATH_BYTES:
            continue
        try:
            folder.mkdir(PRIVATE)
        except FileExistsError:
            pass
        except OSError:
            continue
        if fault := _find_fault(folder):
            raise RewriteFailed(
                Reason.WORKER_UNREACHABLE, f"{folder} is no place for a worker's socket: {fault}"
            )
        return folder
    raise RewriteFailed(
        Reason.WORKER_UNREACHABLE,
        f"There is no place for a worker's socket: nothing can be made in {_name_places()}, or the path is "
        "too long. Set $XDG_RUNTIME_DIR to a folder of yours with a short path.",
    )


def _places() -> Iterator[Path]:
    # Not platformdirs: where it looks differs from version to version, and all windows must find one folder.
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime, "specedit")
    if sys.platform == "win32":
        yield Path(tempfile.gettempdir(), "specedit")
    else:
        yield Path(f"/run/user/{os.getuid()}/specedit")
        yield Path(tempfile.gettempdir(), f"specedit-{os.getuid()}")


def _name_places() -> str:
    return " or ".join(str(folder.parent) for folder in _places())


def _find_fault(folder: Path) -> str:
    """Say what is wrong with a folder that exists; empty if nothing is."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return "it is a link or a file. Remove it."
    # On Windows it is in the user's own folder for temporary files, whose access list it inherits.
    if sys.platform != "win32":
        if status.st_uid != os.getuid():
            return "it belongs to another user. Set $XDG_RUNTIME_DIR to a folder of yours."
        if stat.S_IMODE(status.st_mode) != PRIVATE:
            return f"others may enter it. If you trust what is in it, run: chmod 700 {folder}"
    return ""
