"""Blocks of code in a text of any language, by indentation and by what lines begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specedit_lsp.text.headers import find_headers, indentation_of
from specedit_lsp.text.lines import Lines

_GOES_ON = re.compile(
    r"[\])}{]|(?:begin|case|catch|do|done|elif|else|elsif|end|ensure|esac|except|fi|finally|rescue|then)\b"
)
"""The beginning of a line that belongs to the indented block in front of it."""
_DECORATES = re.compile(r"@|#\[")


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a text, counted from 0."""

    first: int
    last: int
    """Included."""


def find_enclosing_block(lines: Lines, number: int) -> Block:
    """The function that a line is in, or else the class, branch or the like; or else the line itself.

    The header of a block is in it, and so are its decorators.
    """
    inside = number
    while inside + 1 < lines.count and (
        _DECORATES.match(lines.line(inside).lstrip()) or lines.line(inside + 1).lstrip().startswith("{")
    ):
        inside += 1
    first = _find_header(lines, inside)
    if first is not None and (last := end_of_block(lines, first)) >= inside:
        return Block(first, last)
    return Block(number, number)


def end_of_block(lines: Lines, start: int) -> int:
    """The last line of the block that begins with the first line from ``start`` that is not blank.

    That is a paragraph, or a header with all that is indented below it; ``start - 1`` if none follows.
    """
    depth: int | None = None
    has_body = False
    last = start - 1
    for number in range(start, lines.count):
        line = lines.line(number)
        content = line.strip()
        if not content:
            # A paragraph ends here, unless its last line was a header whose body follows a blank line.
            if depth is not None and not has_body and _next_depth(lines, number) <= depth:
                break
            continue
        indent = indentation_of(line)
        if depth is None:
            depth = indent
        elif indent < depth or (indent == depth and has_body and not _GOES_ON.match(content)):
            break
        has_body = has_body or indent > depth
        last = number
    return last


def _find_header(lines: Lines, number: int) -> int | None:
    """Where the innermost block begins that a line is in, or is the header of."""
    line = lines.line(number)
    below = _next_depth(lines, number)
    if not line.strip():
        depth = min(_previous_depth(lines, number), below)
    elif below > indentation_of(line):
        depth, number = below, number + 1
    elif _GOES_ON.match(line.strip()):
        depth, number = indentation_of(line) + 1, number + 1
    else:
        depth = indentation_of(line)
    above = [lines.line(each) for each in range(number)]
    if headers := find_headers(above, depth):
        return headers[0].start
    return _find_branch(lines, number, depth)


def _find_branch(lines: Lines, number: int, depth: int) -> int | None:
    """The nearest line above with less indentation that begins a block: none that goes on with one."""
    for above in range(number - 1, -1, -1):
        line = lines.line(above)
        if line.strip() and indentation_of(line) < depth:
            if not _GOES_ON.match(line.strip()):
                return above
            depth = indentation_of(line) + 1
    return None


def _previous_depth(lines: Lines, number: int) -> int:
    """The indentation of the nearest line above that is not blank; 0 if there is none."""
    above = (lines.line(each) for each in range(number - 1, -1, -1))
    return next((indentation_of(line) for line in above if line.strip()), 0)


def _next_depth(lines: Lines, number: int) -> int:
    """The indentation of the nearest line below that is not blank; 0 if there is none."""
    below = (lines.line(each) for each in range(number + 1, lines.count))
    return next((indentation_of(line) for line in below if line.strip()), 0)
