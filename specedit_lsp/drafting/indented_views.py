"""Draft source "indented": what remains, shifted by as much as the output has shifted it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.indentation import find_unit, indent_at, shift
from specedit_lsp.drafting.view import View
from specedit_lsp.drafting.view_bank import ViewBank

_OPENER = re.compile(r"(?:[:{(\[]|\b(?:then|do|begin)|=>)\s*$")
_CLOSERS = {"{": "}", "(": ")", "[": "]"}
_SETTLED = 4
"""Tokens that agreed, after which nobody need look for the line elsewhere."""
_AHEAD = 800
"""Characters looked through for a line that begins as the output's line does."""
_RESUMED = 2
"""Of which so many are worth a branch."""


class IndentedViews:
    """Compares the indentation of lines that output and selection share, and guesses it behind new headers.

    A line that the output has written deeper or shallower than the text it comes from makes a view of all
    that remains. Behind a line that opens a block and is new, the rest may be what goes into the block.
    """

    name = "indented"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        self._unit = find_unit(bank.context.text)

    def hear(self, verified: Sequence[int]) -> None:
        """Look at the indentation of the line that the output has got to."""
        bank = self._bank
        view = bank.leader
        if view.alignment.place.novel or not view.alignment.run:
            return
        text, offset = view.text.text, view.offset
        start = text.rfind("\n", 0, offset) + 1
        indent = indent_at(text, start)
        line = bank.transcript.read_line()
        written = indent_at(line, 0)
        content = text[start + len(indent) : offset]
        if not content.strip() or content != line[len(written) :] or indent == written:
            return
        head = text[:start]
        rest = shift(text[start:].removesuffix(bank.context.closing), indent, written)
        bank.add(self.name, head + rest, start + len(written) + len(content), run=view.alignment.run)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the shifted views, and what may stand in a block that has just been opened."""
        drafts = [draft for view in self._bank.list_views(self.name)[:2] for draft in view.propose(width, 1)]
        for view in dict.fromkeys((self._bank.leader, self._bank.selection)):
            drafts += self._fill_block(view, width)
            drafts += self._resume_line(view, width)
        return drafts

    def _resume_line(self, view: View, width: int) -> Iterator[Draft]:
        """Yield the rest of a view from the next line that begins with what this line of the output says.

        Tokens of one text at two depths differ at the start of each line, so that an alignment of tokens
        may see too late that a line is known.
        """
        bank = self._bank
        line = bank.transcript.read_line()
        written = indent_at(line, 0)
        begun = line[len(written) :]
        if not begun.strip() or (view.is_close() and view.alignment.run >= _SETTLED):
            return
        text = view.text.text.removesuffix(bank.context.closing)
        earlier = bank.transcript.text[: -len(line)]
        start = find_next_line(text, earlier, view.offset) if earlier.strip() else 0
        near = text[: start + _AHEAD]
        elsewhere = (at for at in _find_lines(near, begun, start) if indent_at(text, at) != written)
        for at in islice(elsewhere, _RESUMED):
            tail = shift(text[at:], indent_at(text, at), written)[len(line) :] + bank.context.closing
            tokens = bank.transcript.continue_with(tail, width, bank.context.ending)
            yield Draft(self.name, tokens, len(begun) // 4)

    def _fill_block(self, view: View, width: int) -> Iterator[Draft]:
        """Yield the rest of a view one level deeper, if the output has just opened a block of its own."""
        bank = self._bank
        written = bank.transcript.text
        opened = written.rstrip(" \t\n")
        begun = written[len(opened) :]
        if not _OPENER.search(opened[-12:]) or begun.count("\n") > 1:
            return
        earlier, _, header = opened.rpartition("\n")
        text = view.text.text.removesuffix(bank.context.closing)
        indent = indent_at(header, 0)
        closer = _CLOSERS.get(opened[-1])
        for start in dict.fromkeys((find_next_line(text, earlier, view.offset), _line_at(text, view.offset))):
            if start >= len(text) or header.strip() == _line_before(text, start):
                continue
            if text.startswith(header.strip(), start + len(indent_at(text, start))):
                continue
            body = "\n" + shift(text[start:], indent_at(text, start), indent + self._unit)
            if closer:
                body = f"{body.rstrip()}\n{indent}{closer}"
            if body.startswith(begun):
                tail = body[len(begun) :] + bank.context.closing
                tokens = bank.transcript.continue_with(tail, width, bank.context.ending)
                yield Draft(self.name, tokens, 2)


def find_next_line(text: str, written: str, near: int) -> int:
    """Return where in ``text`` the line behind the last written one begins; of equal ones the nearest."""
    last = written.rstrip().rpartition("\n")[2].strip()
    if not last:
        return 0
    lines = ((start, _end_of_line(text, start)) for start in _find_lines(text, last, 0))
    behind = [end + 1 for start, end in lines if text[start:end].strip() == last]
    return min(behind, key=lambda start: abs(start - near), default=_line_at(text, near))


def _find_lines(text: str, beginning: str, start: int) -> Iterator[int]:
    """Yield where the lines from ``start`` on begin that begin like that behind their blanks."""
    at = text.find(beginning, start)
    while at >= 0:
        line = text.rfind("\n", 0, at) + 1
        if not text[line:at].strip():
            yield line
        at = text.find(beginning, _end_of_line(text, at))


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _line_at(text: str, offset: int) -> int:
    """Where the first line begins of which nothing but blanks stands before ``offset``."""
    before = text.rfind("\n", 0, offset) + 1
    if not text[before:offset].strip():
        return before
    after = text.find("\n", offset)
    return after + 1 if after >= 0 else len(text)


def _line_before(text: str, start: int) -> str:
    return text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start].strip()
