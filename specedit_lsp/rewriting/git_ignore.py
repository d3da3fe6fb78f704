"""Whether git ignores a file, told from its ignore files alone: git itself would run what they configure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

MOST_BYTES = 1 << 20
"""No more of an ignore file is read."""
_SECTION = re.compile(r"\s*\[\s*([^\]]*?)\s*\]")
_EXCLUDES = re.compile(r"\s*excludesfile\s*=\s*\"?([^\"#;]+)", re.IGNORECASE)


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
    yield top, _shared_folder(top) / "info" / "exclude"
    yield top, _user_file()


def _shared_folder(top: Path) -> Path:
    """Where a repository keeps what all its worktrees share; in these and in submodules `.git` is a file."""
    folder = top / ".git"
    try:
        if folder.is_file():
            folder = top / folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            folder /= (folder / "commondir").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        pass  # a submodule shares nothing
    return folder


def _user_file() -> Path:
    """The ignore file of this user for all repositories: `core.excludesFile`, or where git looks without."""
    home, configured = Path.home(), os.environ.get("XDG_CONFIG_HOME")
    configuration = (Path(configured) if configured else home / ".config") / "git"
    for file in (home / ".gitconfig", configuration / "config"):
        section = ""
        named = None
        for line in _read_lines(file):
            if header := _SECTION.match(line):
                section = header[1].lower()
            elif section == "core" and (found := _EXCLUDES.match(line)):
                named = found[1].strip()
        if named:
            return Path(named).expanduser()
    return configuration / "ignore"


def _read_lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(MOST_BYTES).splitlines()
    except OSError:
        return []


def _read(path: Path) -> GitIgnoreSpec | None:
    try:
        status = path.stat()
        return _parse(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _parse(path: Path, changed: int, size: int) -> GitIgnoreSpec:
    """The patterns of a file as it was when it had this time stamp and size."""
    lines = _read_lines(path)
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines(filter(_is_pattern, lines))


def _is_pattern(line: str) -> bool:
    """Whether a line can be read: git passes over one that cannot."""
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
