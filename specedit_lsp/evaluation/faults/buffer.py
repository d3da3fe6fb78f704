"""A document as an editor holds it while hunks arrive, which accepts none that it should not be sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specedit_lsp.evaluation.faults.cases import Case
from specedit_lsp.text.line_edits import TextChange, apply_changes, check_changes, invert_changes
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, offset_at, position_at

ENCODING = Encoding.UTF16
Json = dict[str, Any]


class Buffer:
    """The text of one case, edited by what the server sends."""

    def __init__(self, case: Case) -> None:
        self.text = case.document
        self.version = 0
        self._base = Lines(case.document)
        self._region = [offset_at(self._base, Position(line, 0), ENCODING) for line in case.lines]
        self._applied: list[TextChange] = []

    def apply(self, edits: list[Json]) -> Iterator[Json]:
        """Apply hunks; yield a ``contentChanges`` entry for each.

        Raises:
            ValueError: they lie outside the selection, overlap, or run backwards.
        """
        for edit in edits:
            start, end = (self._offset(edit["range"][side]) for side in ("start", "end"))
            change = TextChange(start, end, edit["newText"])
            check_changes(self._base.text, [*self._applied, change])
            if not self._region[0] <= start <= end <= self._region[1]:
                raise ValueError(f"an edit of {start}..{end} is not within {self._region}")
            growth = sum(len(one.text) - (one.end - one.start) for one in self._applied)
            self._applied.append(change)
            yield self._put(TextChange(start + growth, end + growth, change.text))

    def restore(self) -> Iterator[Json]:
        """Take all hunks back; yield a ``contentChanges`` entry for each."""
        for change in reversed(invert_changes(self._base.text, self._applied)):
            yield self._put(change)
        self._applied = []

    def _put(self, change: TextChange) -> Json:
        lines = Lines(self.text)
        self.text = apply_changes(self.text, [change])
        self.version += 1
        return {"range": to_wire(lines, change.start, change.end), "text": change.text}

    def _offset(self, wire: Json) -> int:
        return offset_at(self._base, Position(wire["line"], wire["character"]), ENCODING)


def to_wire(lines: Lines, start: int, end: int) -> Json:
    """The LSP range between two offsets."""
    places = (position_at(lines, at, ENCODING) for at in (start, end))
    return dict(
        zip(("start", "end"), ({"line": at.line, "character": at.character} for at in places), strict=True)
    )
