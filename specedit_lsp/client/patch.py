"""Differences as patches that ``git apply`` takes."""

from __future__ import annotations

import difflib
import io
from pathlib import Path

from specedit_lsp.client.source_file import SourceFile


class NoTextPatch(Exception):
    """A file is in an encoding that patches cannot hold."""


def unified_diff(before: str, after: str, path: str) -> str:
    """A patch of one file; empty if nothing changed. Only ``\\n`` ends its lines, as git has it."""
    pieces: list[str] = []
    old, new = _header_name(f"a/{path}"), _header_name(f"b/{path}")
    for line in difflib.unified_diff(_split(before), _split(after), old, new):
        pieces.append(line)
        if not line.endswith("\n"):
            pieces.append("\n\\ No newline at end of file\n")
    return "".join(pieces)


def encode_patch(source: SourceFile, after: str) -> bytes:
    """The patch that makes a file read ``after``, in the file's own encoding, its name in UTF-8.

    Raises:
        NoTextPatch: of a file in UTF-16 or UTF-32.
        UnicodeEncodeError: the file's encoding has no such characters.
    """
    if source.encoding.startswith(("utf-16", "utf-32")):
        raise NoTextPatch(
            f"{source.path} is in {source.encoding}, which a patch cannot hold: write it with --apply"
        )
    patch = unified_diff(source.text, after, path_in_patch(source.path))
    if not patch:
        return b""
    old, new, body = patch.split("\n", 2)
    return f"{old}\n{new}\n".encode(errors="surrogateescape") + body.encode(source.encoding)


def path_in_patch(path: Path) -> str:
    """How a patch that is applied here names a file: from here, or from the root where it is elsewhere."""
    absolute = Path.cwd() / path
    here = absolute.resolve().parent / absolute.name
    base = Path.cwd() if here.is_relative_to(Path.cwd()) else Path(here.anchor)
    return here.relative_to(base).as_posix()


def _split(text: str) -> list[str]:
    return list(io.StringIO(text, newline="\n"))


def _header_name(name: str) -> str:
    """A name as git writes it: quoted where it holds what would break the line, else ended at a tab."""
    if any(character in '"\\\x7f' or character < " " for character in name):
        return '"' + "".join(_escape(character) for character in name) + '"'
    return f"{name}\t" if " " in name else name


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return f"\\{ord(character):03o}" if character < " " or character == "\x7f" else character
