"""Whether git ignores a file, told from its ignore files alone: git itself would run what they configure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

MOST_BYTES = 1 << 20
"""No more of an ignore file is read."""


def is_ignored(path: Path) -> bool:
    """Whether git would leave out a file or one of its folders, also one that it tracks nevertheless.

    False outside of a repository. See gitignore(5) for the order in which patterns count.
    """
    top = next((folder for folder in path.parents if (folder / ".git").exists()), None)
    if top is None:
        return False
    steps = [*reversed(path.relative_to(top).parents), path.relative_to(top)][1:]
    return any(_verdict(top, top / step, is_folder=step != steps[-1]) for step in steps)


def _verdict(top: Path, path: Path, is_folder: bool) -> bool:
    """What the innermost ignore file that has a pattern for a path says of it."""
    for base, ignore_file in _ignore_files(top, path.parent):
        if (spec := _read(ignore_file)) is None:
            continue
        name = path.relative_to(base).as_posix() + "/" * is_folder
        include = spec.check_file(name).include
        if include is not None:
            return include
    return False


def _ignore_files(top: Path, folder: Path) -> Iterator[tuple[Path, Path]]:
    """The ignore files for what lies in a folder, with the folders that their patterns are meant for."""
    for base in (folder, *folder.parents):
        yield base, base / ".gitignore"
        if base == top:
            break
    yield top, top / ".git" / "info" / "exclude"
    configuration = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    yield top, Path(configuration) / "git" / "ignore"


def _read(path: Path) -> GitIgnoreSpec | None:
    try:
        status = path.stat()
        return _parse(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _parse(path: Path, changed: int, size: int) -> GitIgnoreSpec:
    """The patterns of a file as it was when it had this time stamp and size."""
    with path.open(errors="replace") as file:
        return GitIgnoreSpec.from_lines(file.read(MOST_BYTES).splitlines())
