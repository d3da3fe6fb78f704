"""Changes of a text, in offsets of the text before any of them: applied, taken back, followed, located."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, Range, position_at


@dataclass(frozen=True, slots=True)
class TextChange:
    """Put `text` in the place of `base[start:end]`; offsets count code points of the base text."""

    start: int
    end: int
    text: str


class ChangesOutOfOrder(ValueError):
    """Changes overlap, run backwards, or lie outside the base text."""


def apply_changes(base: str, changes: Sequence[TextChange]) -> str:
    """`base` with monotone, disjoint changes applied. Raises ChangesOutOfOrder.

    Changes may touch; insertions at one offset are put down in the order given.
    """
    check_changes(base, changes)
    pieces: list[str] = []
    reached = 0
    for change in changes:
        pieces += (base[reached : change.start], change.text)
        reached = change.end
    pieces.append(base[reached:])
    return "".join(pieces)


def check_changes(base: str, changes: Sequence[TextChange]) -> None:
    """Raise ChangesOutOfOrder unless the changes are monotone, disjoint and within `base`."""
    reached = 0
    for index, change in enumerate(changes):
        if not reached <= change.start <= change.end <= len(base):
            raise ChangesOutOfOrder(
                f"change {index} replaces {change.start}..{change.end}, "
                f"which is not within {reached}..{len(base)}, what earlier changes left"
            )
        reached = change.end


def invert_changes(base: str, changes: Sequence[TextChange]) -> list[TextChange]:
    """The changes that turn `apply_changes(base, changes)` back into `base`. Raises ChangesOutOfOrder."""
    check_changes(base, changes)
    return [
        TextChange(start, start + len(change.text), base[change.start : change.end])
        for change, start in _follow(changes)
    ]


def shift_offset(offset: int, changes: Sequence[TextChange], bias: Literal["left", "right"]) -> int:
    """Where an offset of the base text is after the changes.

    `bias` decides where the place itself is gone or split: inside replaced text, or exactly where text is
    inserted. "left" goes in front of the new text, "right" behind it.
    """
    growth = 0
    for change, start in _follow(changes):
        if offset < change.start or (offset == change.start < change.end):
            break
        if bias == "left" and (offset < change.end or change.start == change.end == offset):
            return start
        if offset < change.end:
            return start + len(change.text)
        growth = start + len(change.text) - change.end
    return offset + growth


def locate_change(change: TextChange, region: Lines, start: Position, encoding: Encoding) -> Range:
    """The document range of a change to a region that begins at `start` and whose text is `region`.

    The region's first line may be the rest of a document line. Raises IndexError for offsets outside it.
    """
    return Range(
        _locate_offset(change.start, region, start, encoding),
        _locate_offset(change.end, region, start, encoding),
    )


def _locate_offset(offset: int, region: Lines, start: Position, encoding: Encoding) -> Position:
    inner = position_at(region, offset, encoding)
    before = start.character if inner.line == 0 else 0
    return Position(start.line + inner.line, before + inner.character)


def _follow(changes: Sequence[TextChange]) -> Iterator[tuple[TextChange, int]]:
    """Each change with the offset at which its text begins in the result."""
    growth = 0
    for change in changes:
        yield change, change.start + growth
        growth += len(change.text) - (change.end - change.start)
