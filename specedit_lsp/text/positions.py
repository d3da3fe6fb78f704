"""Positions in a document, and their conversion to offsets in each encoding the protocol knows.

A position counts lines, and within the line the code units of the negotiated encoding. An offset counts code
points of the Python string. Lone surrogates are measured as what encoding them on their own would take.
"""

from dataclasses import dataclass
from enum import StrEnum

from specedit_lsp.text.lines import Lines, strip_line_end


class Encoding(StrEnum):
    """What `Position.character` counts; the values are the protocol's `PositionEncodingKind`."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: zero-based line, and code units from its start."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Range:
    """The text between two positions, `end` excluded. Raises ValueError where `end` is before `start`."""

    start: Position
    end: Position

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"range ends at {self.end}, before its start {self.start}")


class PositionOutOfBounds(ValueError):
    """A position names a line the document does not have, or a negative number."""


def measure(text: str, encoding: Encoding) -> int:
    """The length of `text` in code units of `encoding`."""
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def offset_at(lines: Lines, position: Position, encoding: Encoding) -> int:
    """The offset of `position`, in code points.

    A character beyond the line's end means the end of its content, as the protocol says; one in the middle of
    a code point means its start. Raises PositionOutOfBounds where there is no such line.
    """
    if not 0 <= position.line < lines.count:
        raise PositionOutOfBounds(f"line {position.line} of a document of {lines.count} lines")
    if position.character < 0:
        raise PositionOutOfBounds(f"character {position.character} in line {position.line}")
    content = strip_line_end(lines.line(position.line))
    return lines.start(position.line) + _count_code_points(content, position.character, encoding)


def position_at(lines: Lines, offset: int, encoding: Encoding) -> Position:
    """The position of `offset`; one between `\\r` and `\\n` means the end of that line's content.

    Raises IndexError unless 0 <= offset <= len(lines.text).
    """
    number = lines.number_at(offset)
    before = lines.text[lines.start(number) : min(offset, lines.end(number))]
    return Position(number, measure(before, encoding))


def end_position(text: str, encoding: Encoding) -> Position:
    """The position behind all of `text`, which is not taken apart for it."""
    line_ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    start = max(text.rfind("\n"), text.rfind("\r")) + 1
    return Position(line_ends, measure(text[start:], encoding))


def offsets_of(lines: Lines, span: Range, encoding: Encoding) -> tuple[int, int]:
    """The offsets at which `span` starts and ends. Raises PositionOutOfBounds."""
    return offset_at(lines, span.start, encoding), offset_at(lines, span.end, encoding)


def _count_code_points(content: str, units: int, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or content.isascii():
        return min(units, len(content))
    used = 0
    for index, character in enumerate(content):
        used += measure(character, encoding)
        if used > units:
            return index
    return len(content)
