"""Places in a text as people write them: lines, and lines with columns, counted from 1."""

from __future__ import annotations

import re

from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, PositionOutOfBounds, offset_at

BYTE_ORDER_MARK = "\ufeff"


class BadSelection(ValueError):
    """A place is not written as it should be, or is not in the text."""


def select_all(text: str) -> tuple[int, int]:
    """The offsets of the whole text, without a byte order mark."""
    return int(text.startswith(BYTE_ORDER_MARK)), len(text)


def select_lines(text: str, first: int, last: int) -> tuple[int, int]:
    """The offsets of whole lines, both included, without the last one's end.

    Raises:
        BadSelection: there are no such lines.
    """
    index = Lines(text)
    # A final newline opens a line that holds nothing to select.
    count = index.count - (text[-1:] in ("\n", "\r"))
    if not 1 <= first <= last <= count:
        raise BadSelection(f"lines {first}:{last}: there are lines 1 to {count}, and A may not be above B")
    return max(index.start(first - 1), select_all(text)[0]), index.end(last - 1)


def parse_lines(lines: str) -> tuple[int, int]:
    """The numbers in ``A:B``, or in ``A`` for a single line.

    Raises:
        BadSelection: it is not of that form.
    """
    match = re.fullmatch(r"(\d+)(?::(\d+))?", lines)
    if match is None:
        raise BadSelection(f"lines {lines!r} is not of the form A:B, such as 10:20")
    return int(match[1]), int(match[2] or match[1])


def select_range(text: str, written: str) -> tuple[int, int]:
    """The offsets of ``L:C-L:C``: from a line and column up to another; columns count characters.

    Raises:
        BadSelection: not of that form, or not in the text.
    """
    match = re.fullmatch(r"(\d+):(\d+)-(\d+):(\d+)", written)
    if match is None:
        raise BadSelection(f"range {written!r} is not of the form L:C-L:C, such as 10:5-12:1")
    numbers = [int(number) - 1 for number in match.groups()]
    index = Lines(text)
    try:
        start, end = (offset_at(index, Position(*at), Encoding.UTF32) for at in (numbers[:2], numbers[2:]))
    except PositionOutOfBounds:
        raise BadSelection(
            f"range {written}: there are lines 1 to {index.count}; lines and columns count from 1"
        ) from None
    if start > end:
        raise BadSelection(f"range {written} ends before it starts")
    return start, end
