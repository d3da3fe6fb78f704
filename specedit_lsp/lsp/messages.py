"""The custom part of the wire between editor and server. docs/protocol.md describes it."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from specedit_lsp.text.positions import Position, Range
from specedit_lsp.transport.messages import RewriteStats, WorkerStatus

REWRITE_RANGE = "specedit/rewriteRange"
STATUS = "specedit/status"
STATS = "specedit/stats"
PROVENANCE = "specedit/provenance"
HISTORY = "specedit/history"
SHOW_PROMPT = "specedit/showPrompt"
WARM = "specedit/warm"
RENAMES = "specedit/renames"
REWRITE_COMMAND = "specedit.rewriteRange"
COMMENT_COMMAND = "specedit.rewriteByComment"
STOP_COMMAND = "specedit.stopRewrite"
RESTART_COMMAND = "specedit.restartWorker"
REWRITE_KIND = "refactor.rewrite.specedit"

SERVER_CAPABILITIES = {
    "specedit": {
        "rewriteRange": 1,
        "warm": 1,
        "stats": 1,
        "showPrompt": 1,
        "history": 1,
        "provenance": 1,
        "renames": 1,
        "likelyText": 1,
    }
}
"""What `capabilities.experimental` says of us."""

MOST_LIKELY = 1_000_000
"""Characters of a likely text, as of a selection."""


class WireModel(BaseModel):
    """camelCase on the wire. Unknown keys pass: clients add some by the protocol's own rules."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    def to_wire(self) -> dict[str, Any]:
        """Plain JSON values: pygls would send a model's attributes by their Python names."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class WirePosition(WireModel):
    """A position in the encoding that client and server agreed on."""

    line: int
    character: int

    def to_position(self) -> Position:
        """The same position as `text/` knows it."""
        return Position(self.line, self.character)

    @classmethod
    def of(cls, position: Position) -> WirePosition:
        """The wire form of a position."""
        return cls(line=position.line, character=position.character)


class WireRange(WireModel):
    """From ``start`` up to, not including, ``end``."""

    start: WirePosition
    end: WirePosition

    def to_range(self) -> Range:
        """The same range as `text/` knows it."""
        return Range(self.start.to_position(), self.end.to_position())

    @classmethod
    def of(cls, range: Range) -> WireRange:
        """The wire form of a range."""
        return cls(start=WirePosition.of(range.start), end=WirePosition.of(range.end))


class WireEdit(WireModel):
    """An LSP `TextEdit`."""

    range: WireRange
    new_text: str


class WireDocument(WireModel):
    """An LSP `VersionedTextDocumentIdentifier`."""

    uri: str
    version: int | None = None


class WireRegion(WireModel):
    """A range to rewrite."""

    range: WireRange
    expected_text: str | None = None
    """What the client believes the range reads; a difference is refused instead of edited."""
    likely_text: str | None = Field(default=None, max_length=MOST_LIKELY)
    """What the range may read afterwards: a draft, never trusted."""


class RewriteParams(WireModel):
    """Parameters of `specedit/rewriteRange`: one ``range``, or several ``regions``."""

    text_document: WireDocument
    range: WireRange | None = None
    expected_text: str | None = None
    likely_text: str | None = Field(default=None, max_length=MOST_LIKELY)
    regions: tuple[WireRegion, ...] = ()
    instruction: str
    refines: str | None = None
    """The job whose instruction this one adds to."""
    work_done_token: int | str | None = None
    partial_result_token: int | str | None = None

    @model_validator(mode="after")
    def _check_regions(self) -> Self:
        if self.regions and (self.range or (self.expected_text, self.likely_text) != (None, None)):
            raise ValueError("regions come instead of range, expectedText and likelyText: leave these out")
        if not self.regions and not self.range:
            raise ValueError("neither range nor regions: say what to rewrite")
        return self

    @property
    def targets(self) -> tuple[WireRegion, ...]:
        """What to rewrite, in the order of the request."""
        if self.range is None:
            return self.regions
        return (WireRegion(range=self.range, expected_text=self.expected_text, likely_text=self.likely_text),)


class CommentParams(WireModel):
    """The argument of the command that carries out an instruction comment."""

    text_document: WireDocument
    range: WireRange
    """Whole lines, the comment among them."""


class StopParams(WireModel):
    """The argument of the command that stops a rewrite."""

    job_id: str


class PartialResult(WireModel):
    """Hunks verified since the last one: whole lines of the region, in coordinates of the base version."""

    seq: int
    edits: tuple[WireEdit, ...]
    restore: tuple[WireRange, ...] | None = None
    """Regions whose rewrite failed while others go on: they get their original text back."""


class RegionResult(WireModel):
    """How one of several regions fared."""

    range: WireRange
    outcome: str
    sha256: str | None = None
    stats: RewriteStats | None = None
    message: str | None = None
    reason: str | None = None


class RewriteResult(WireModel):
    """Result of `specedit/rewriteRange`."""

    job_id: str
    base_version: int | None
    outcome: str
    edits: tuple[WireEdit, ...]
    """Empty when they were streamed; else all of them."""
    sha256: str | None = None
    """Of the region's final text as UTF-8, line ends as `\\n`. Absent where ``regions`` tells it of each."""
    stats: RewriteStats
    regions: tuple[RegionResult, ...] | None = None


class StatusParams(WireModel):
    """Parameters of the notification `specedit/status`."""

    state: str
    message: str
    model: str
    device: str
    queued: int
    percent: int | None = None
    tokens_per_second: float | None = None
    """Of the last rewrite that came to its end."""

    @classmethod
    def of(cls, status: WorkerStatus, tokens_per_second: float | None = None) -> StatusParams:
        """What the editor is told of the worker's status."""
        return cls.model_validate(
            {**status.model_dump(exclude={"protocol"}), "tokens_per_second": tokens_per_second}
        )
