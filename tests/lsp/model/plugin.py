"""A model of an editor with a plugin: it applies hunks itself, where its own marks have moved the region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import Lines, normalise_line_ends
from specedit_lsp.text.positions import Position, offset_at
from specedit_lsp.transport.messages import digest
from tests.lsp.model.client import ModelClient, Truth


@dataclass
class Stream:
    """A rewrite whose hunks come in."""

    truth: Truth
    base: Lines
    """The document as it was asked for."""
    start: int
    """Of the region, then."""
    growth: int = 0
    """By the hunks applied so far."""
    reached: int = 0
    """Where the last hunk ended, in the base text."""
    stopped: bool = False


@dataclass
class PluginClient(ModelClient):
    """`specedit/rewriteRange` with partial results, as docs/protocol.md has it."""

    streams: dict[str, Stream] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.on_partial = self._show

    def rewrite(self, label: str, start: int, end: int) -> int:
        """Ask for partial results, and go by them."""
        truth = self.expect(label, start, end)
        self.streams[label] = Stream(truth, Lines(self.text), start, reached=start)
        number = self.request(
            "specedit/rewriteRange",
            textDocument={"uri": self.uri, "version": self.version},
            range=self.range_of(start, end),
            instruction=label,
            expectedText=truth.original,
            partialResultToken=label,
            workDoneToken=f"work {label}",
        )
        self.requests[number] = label
        return number

    def type(self, change: TextChange) -> None:
        """Typing where a rewrite is under way stops it."""
        super().type(change)
        self._stop_touched()

    def undo(self) -> None:
        """So does an undo, wherever it was."""
        if self.undos:
            super().undo()
            for number, label in self.requests.items():
                self.streams[label].truth.touched = True
                self._stop(number, self.streams[label])

    def _stop_touched(self) -> None:
        for number, label in self.requests.items():
            if self.streams[label].truth.touched:
                self._stop(number, self.streams[label])

    def _stop(self, number: int, stream: Stream) -> None:
        if not stream.stopped:
            stream.stopped = True
            self.session.send(method="$/cancelRequest", params={"id": number})

    def _show(self, token: str | int, value: dict[str, Any]) -> None:
        stream = self.streams[str(token)]
        if stream.stopped or not self.is_open:
            return
        truth = stream.truth
        for edit in value["edits"]:
            first, last = (self._base_offset(stream, edit["range"][edge]) for edge in ("start", "end"))
            if first < stream.reached:
                self.faults.append(
                    f"{truth.label}: a hunk at {first} after one that ended at {stream.reached}"
                )
            stream.reached = last
            moved = truth.start - stream.start + stream.growth
            self.change_by_server(TextChange(first + moved, last + moved, edit["newText"]), truth.label)
            stream.growth += len(edit["newText"]) - (last - first)
            truth.left = self.read(truth)

    def _base_offset(self, stream: Stream, position: dict[str, int]) -> int:
        place = Position(position["line"], position["character"])
        return offset_at(stream.base, place, self.session.encoding)

    def _handle(self, message: dict[str, Any]) -> None:
        super()._handle(message)
        label = self.requests.pop(message["id"], None) if "method" not in message else None
        if label is None or not self.is_open:
            return
        stream = self.streams[label]
        truth = stream.truth
        if "error" in message and not stream.stopped:
            self.change_by_server(TextChange(truth.start, truth.end, truth.original), label)
            truth.left = truth.original
        result = message.get("result")
        if (
            result
            and not stream.stopped
            and digest(normalise_line_ends(self.read(truth))) != result["sha256"]
        ):
            self.faults.append(f"{label}: the text does not have the hash that it should")
