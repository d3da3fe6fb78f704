"""Headers, such as those of classes and functions, above a place in a text of any language.

They are found by indentation and by how lines begin and end, which serves unfinished code too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_HEADER_LINES = 12
"""A header that is longer is taken without its end."""

_TRAILING_COMMENT = re.compile(r"\s+(?:#|//|--\s).*$")
_MODIFIERS = (
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|unsafe|virtual"
    r"|override|inline|open|sealed|partial|local|pub(?:\([\w ]+\))?)\s+)*"
)
_DECLARES = re.compile(
    _MODIFIERS + r"(?:class|def|defmodule|enum|fn|func|function|impl|interface|module|namespace|object"
    r"|package|proc|procedure|protocol|record|struct|sub|trait|type)\b"
)
_OPENS = re.compile(r"(?:[:{(\[=>|]|\b(?:begin|do|is|of|then|where))$")
_CONTROLS = re.compile(
    r"(?:\}\s*)?(?:begin|catch|do|elif|else|elsif|ensure|except|finally|for|foreach|if|lock|loop|match|rescue"
    r"|switch|synchronized|try|unless|until|using|when|while|with)\b"
)
_LABELS = re.compile(r"(?:case\b.*|default|private|protected|public|signals|slots):$")
_CLOSES = re.compile(r"[)\]}]|\{$")
_DECORATES = re.compile(r"@|#\[")


def indentation_of(line: str) -> int:
    """The width of the white space that a line starts with; a tab counts to the next multiple of four."""
    blank = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blank.expandtabs(4))


def find_headers(lines: Sequence[str], indentation: int) -> list[range]:
    """Return the headers above a selection that starts at ``indentation``, the innermost first.

    A header is a line with less indentation than all that lies below it, such as that of a class or a
    function, with its decorators and, if it spans more lines, all of them. Branches and loops are none.
    """
    headers: list[range] = []
    # Where the header that is being passed ends, seen from below.
    end: int | None = None
    limit = indentation
    for index in range(len(lines) - 1, -1, -1):
        if limit == 0:
            break
        column = indentation_of(lines[index])
        if column >= limit or not (text := _TRAILING_COMMENT.sub("", lines[index].strip())):
            continue
        if _CLOSES.match(text) and not _CONTROLS.match(text):
            end = index if end is None else end
            limit = column + 1
            continue
        if _LABELS.match(text) or not (end is not None or _OPENS.search(text) or _DECLARES.match(text)):
            continue
        if not _CONTROLS.match(text):
            headers.append(_with_decorators(lines, index, index if end is None else end))
        end, limit = None, column
    return headers


def _with_decorators(lines: Sequence[str], start: int, end: int) -> range:
    stop = end + 1 if end - start < MOST_HEADER_LINES else start + 1
    while start and _DECORATES.match(lines[start - 1].lstrip()):
        start -= 1
    return range(start, stop)
