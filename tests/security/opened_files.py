"""Hears of every access to a file or folder on Linux, from any code: Python, Rust or C."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

IN_ACCESS, IN_OPEN = 0x1, 0x20
_libc = ctypes.CDLL(None, use_errno=True)


class Watch:
    """A context manager over inotify(7)."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._descriptor = _libc.inotify_init1(os.O_NONBLOCK)
        assert self._descriptor >= 0
        for path in paths:
            added = _libc.inotify_add_watch(self._descriptor, os.fsencode(path), IN_ACCESS | IN_OPEN)
            assert added >= 0, path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._descriptor)

    def heard(self) -> bool:
        """Whether any was opened or read since the last call."""
        try:
            return bool(os.read(self._descriptor, 4096))
        except BlockingIOError:
            return False
