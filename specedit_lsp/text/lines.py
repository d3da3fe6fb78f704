"""The lines of a text as the Language Server Protocol defines them.

Only `\\n`, `\\r\\n` and `\\r` end a line. Python's `str.splitlines` also splits at form feeds, vertical tabs,
U+0085, U+2028 and others, which moves every later line number away from the editor's.
"""

import re
from array import array
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends; joined they are `text` again. A last line may have no end."""
    return _LINE.findall(text)


def line_end(line: str) -> str:
    """The end of one line: `\\r\\n`, `\\n`, `\\r`, or nothing."""
    if line.endswith("\r\n"):
        return "\r\n"
    return line[-1:] if line.endswith(("\n", "\r")) else ""


def strip_line_end(line: str) -> str:
    """One line without its end."""
    return line[: len(line) - len(line_end(line))]


def dominant_line_end(text: str, default: str = "\n") -> str:
    """The most frequent line end of `text`; `default` where it has none, and in a tie that includes it."""
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    if not any(counts.values()):
        return default
    return max(counts, key=lambda end: (counts[end], end == default))


def normalise_line_ends(text: str) -> str:
    """`text` with every line end replaced by `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Lines:
    """The lines of a whole document, found in one pass and looked up by number or by offset.

    As in the protocol, a document always has at least one line, and after a final line end there is one more,
    empty line. Offsets are code points of `text`. Costs eight bytes per line beside the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = array("q", [0])
        self._starts.extend(match.end() for match in _LINE_END.finditer(text))

    @property
    def count(self) -> int:
        """How many lines there are; line numbers run from 0 to `count - 1`."""
        return len(self._starts)

    def start(self, number: int) -> int:
        """The offset at which a line begins. Raises IndexError unless 0 <= number < count."""
        if not 0 <= number < self.count:
            raise IndexError(f"line {number} of a text of {self.count} lines")
        return self._starts[number]

    def end(self, number: int) -> int:
        """The offset at which a line's content ends, in front of its line end. Raises like `start`."""
        return self.start(number) + len(strip_line_end(self.line(number)))

    def line(self, number: int) -> str:
        """One line with its end. Raises like `start`."""
        start = self.start(number)
        is_last = number == self.count - 1
        return self.text[start:] if is_last else self.text[start : self._starts[number + 1]]

    def number_at(self, offset: int) -> int:
        """The number of the line that holds `offset`; the end of the text belongs to the last line.

        Raises IndexError unless 0 <= offset <= len(text).
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"offset {offset} of a text of {len(self.text)} characters")
        return bisect_right(self._starts, offset) - 1
