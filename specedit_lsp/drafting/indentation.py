"""Indentation of whole texts: its unit, and moving lines in and out."""

from __future__ import annotations

import re

_INDENT = re.compile(r"[ \t]*")


def find_unit(text: str) -> str:
    """Return one level of indentation in a text: the smallest step between its lines, else four spaces."""
    if re.search(r"^\t", text, re.M):
        return "\t"
    steps: list[int] = []
    last = 0
    for line in text.split("\n"):
        if line.strip():
            indent = len(line) - len(line.lstrip(" "))
            if indent > last:
                steps.append(indent - last)
            last = indent
    likely = [step for step in steps if step in {2, 3, 4, 8}]
    return " " * (min(likely) if likely else 4)


def shift(text: str, old: str, new: str) -> str:
    """Return the lines of ``text`` with ``new`` in the place of their common indentation ``old``.

    Blank lines stay; a line that is less deep loses or gains as much as it can.
    """
    lines = []
    for line in text.split("\n"):
        if not line.strip():
            lines.append(line)
        elif line.startswith(old):
            lines.append(new + line[len(old) :])
        elif len(new) >= len(old):
            lines.append(new[len(old) :] + line)
        else:
            indent = indent_at(line, 0)
            lines.append(indent[: max(0, len(indent) - (len(old) - len(new)))] + line[len(indent) :])
    return "\n".join(lines)


def indent_at(text: str, start: int) -> str:
    """Return the blanks that stand in ``text`` from ``start`` on."""
    return _INDENT.match(text, start)[0]  # type: ignore[index]
