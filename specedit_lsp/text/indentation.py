"""Taking a block's indentation away before a model sees it, and giving it back as the answer streams in.

Indentation is the exact string of spaces and tabs that all lines share; four spaces and a tab share nothing.
Lines of nothing but white space take no part: they are passed on untouched both ways, so that `Reindenter`
gives back exactly what `dedent` took, whatever trailing white space the text contains.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from specedit_lsp.text.lines import line_end, split_lines, strip_line_end

_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Dedented:
    """A text without the indentation that its lines share, and that indentation."""

    text: str
    indent: str


def common_indent(lines: Iterable[str]) -> str:
    """The spaces and tabs that all lines begin with, blank lines aside; empty where there are none."""
    indents = [_read_indent(line) for line in lines if line.strip()]
    first, last = min(indents, default=""), max(indents, default="")
    shared = 0
    while shared < len(first) and first[shared] == last[shared]:
        shared += 1
    return first[:shared]


def dedent(text: str, first_line_indent: str | None = "") -> Dedented:
    """`text` without the indentation its lines share.

    `first_line_indent` is what stands in front of the text on its first line, where a selection begins behind
    it: spaces and tabs, counted as if they were part of the text. None says that code stands there: the first
    line then takes no part. Raises ValueError for anything else.
    """
    lines = split_lines(text)
    _check_indent(first_line_indent)
    if lines and lines[0].strip() and first_line_indent:
        lines[0] = first_line_indent + lines[0]
    untouched = lines[:1] if first_line_indent is None else []
    rest = lines[len(untouched) :]
    indent = common_indent(rest)
    taken = (line[len(indent) :] if line.strip() else line for line in rest)
    return Dedented("".join((*untouched, *taken)), indent)


class Reindenter:
    """Gives lines their indentation back while they arrive in pieces; the inverse of `dedent`.

    A line's leading white space is held back until something else follows, because a blank line gets no
    indentation. `first_line_indent` means what it means to `dedent`: it is in the document already, so it is
    taken off the first line, or as much of the first line's white space as there is. Raises ValueError where
    either indentation is anything but spaces and tabs.
    """

    def __init__(self, indent: str, first_line_indent: str | None = "") -> None:
        _check_indent(indent)
        _check_indent(first_line_indent)
        self._indent = indent
        self._first_line_indent = first_line_indent
        self._held = ""
        self._is_first_line = True
        self._is_inside_line = False

    def feed(self, text: str) -> str:
        """As much of the indented text as more text allows to say. Any line ends."""
        return "".join(self._indent_part(part) for part in split_lines(text))

    def finish(self) -> str:
        """White space that was held back at the end of the text."""
        held, self._held = self._held, ""
        return held

    def _indent_part(self, part: str) -> str:
        content, end = strip_line_end(part), line_end(part)
        if not self._is_inside_line:
            content = self._begin_line(content)
        if end:
            content += self.finish()
            self._is_first_line = self._is_inside_line = False
        return content + end

    def _begin_line(self, content: str) -> str:
        beginning = self._held + content
        if not beginning.strip():
            self._held = beginning
            return ""
        self._held = ""
        self._is_inside_line = True
        if not self._is_first_line:
            return self._indent + beginning
        if self._first_line_indent is None:
            return beginning
        line = self._indent + beginning
        if line.startswith(self._first_line_indent):
            return line.removeprefix(self._first_line_indent)
        return line.lstrip(" \t")


def guess_indent_unit(text: str, default: str = "    ") -> str:
    """One level of the text's indentation: a tab, or the most frequent increase from one line to the next."""
    indents = [_read_indent(line) for line in split_lines(text) if line.strip()]
    by_tab = sum(indent.startswith("\t") for indent in indents)
    by_space = sum(indent.startswith(" ") for indent in indents)
    if by_tab > by_space:
        return "\t"
    widths = [len(indent) for indent in indents if "\t" not in indent]
    steps = Counter(b - a for a, b in pairwise(widths) if b > a)
    return " " * steps.most_common(1)[0][0] if steps else default


def _read_indent(line: str) -> str:
    match = _INDENT.match(line)
    return match.group() if match else ""


def _check_indent(indent: str | None) -> None:
    if indent is not None and indent.strip(" \t"):
        raise ValueError(f"indentation is spaces and tabs, not {indent!r}")
