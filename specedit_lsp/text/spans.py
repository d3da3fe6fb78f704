"""A stretch of a text, followed while the text around it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from specedit_lsp.text.line_edits import TextChange


class Bearing(Enum):
    """Where a change lies, seen from a span."""

    BEFORE = "before"
    WITHIN = "within"
    """Inside, across an edge, or an insertion exactly at one, which may be meant for either side."""
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Span:
    """The characters from `start` up to, not including, `end`; offsets count code points of the text."""

    start: int
    end: int

    def read(self, text: str) -> str:
        """What the span holds in `text`."""
        return text[self.start : self.end]

    def touches(self, other: "Span") -> bool:
        """Whether two spans overlap or have an edge in common."""
        return self.start <= other.end and other.start <= self.end

    def bearing_of(self, change: TextChange) -> Bearing:
        """Where a change of the text lies."""
        inserts = change.start == change.end
        if change.end < self.start or (change.end == self.start and not inserts):
            return Bearing.BEFORE
        if change.start > self.end or (change.start == self.end and not inserts):
            return Bearing.BEHIND
        return Bearing.WITHIN

    def follow(self, change: TextChange) -> "Span":
        """The span after a change of the text; one within it grows to hold all that the change put there."""
        growth = len(change.text) - (change.end - change.start)
        match self.bearing_of(change):
            case Bearing.BEFORE:
                return Span(self.start + growth, self.end + growth)
            case Bearing.BEHIND:
                return self
            case Bearing.WITHIN:
                return Span(min(self.start, change.start), max(self.end, change.end) + growth)


def splits_line_end(text: str, offset: int) -> bool:
    """Whether `offset` lies between the two characters of a `\\r\\n`, where no position can be."""
    return text.startswith("\r\n", offset - 1) if offset > 0 else False


def trim_change(text: str, change: TextChange) -> TextChange:
    """The same change of `text` without what it replaces by itself at either end.

    An editor that sends whole lines, or the whole document, changes no more than this.
    """
    old, new = text[change.start : change.end], change.text
    ahead = _count_equal(old, new)
    behind = _count_equal(old[ahead:][::-1], new[ahead:][::-1])
    return TextChange(change.start + ahead, change.end - behind, new[ahead : len(new) - behind])


def _count_equal(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common prefix, by slices: one by one takes seconds for a large file."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
