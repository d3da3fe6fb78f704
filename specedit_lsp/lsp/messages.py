"""The custom part of the wire between editor and server. docs/protocol.md describes it."""

from __future__ import annotations

from typing import Any

import attrs
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from specedit_lsp.text.positions import Position, Range
from specedit_lsp.transport.messages import RewriteStats, WorkerStatus

REWRITE_RANGE = "specedit/rewriteRange"
STATUS = "specedit/status"
REWRITE_COMMAND = "specedit.rewriteRange"
REWRITE_KIND = "refactor.rewrite.specedit"

SERVER_CAPABILITIES = {"specedit": {"rewriteRange": 1}}
"""What `capabilities.experimental` says of us."""


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


class RewriteParams(WireModel):
    """Parameters of `specedit/rewriteRange`."""

    text_document: WireDocument
    range: WireRange
    instruction: str
    expected_text: str | None = None
    """What the client believes the range reads; a difference is refused instead of edited."""
    work_done_token: int | str | None = None
    partial_result_token: int | str | None = None


class PartialResult(WireModel):
    """Hunks verified since the last one: whole lines of the region, in coordinates of the base version."""

    seq: int
    edits: tuple[WireEdit, ...]


class RewriteResult(WireModel):
    """Result of `specedit/rewriteRange`."""

    job_id: str
    base_version: int | None
    outcome: str
    edits: tuple[WireEdit, ...]
    """Empty when they were streamed; else all of them."""
    sha256: str
    """Of the region's final text as UTF-8, line ends as `\\n`."""
    stats: RewriteStats


class StatusParams(WireModel):
    """Parameters of the notification `specedit/status`."""

    state: str
    message: str
    model: str
    device: str
    queued: int
    percent: int | None = None

    @classmethod
    def of(cls, status: WorkerStatus) -> StatusParams:
        """What the editor is told of the worker's status."""
        return cls.model_validate(status.model_dump(exclude={"protocol"}))


@attrs.define
class RawRequest:
    """A custom request as pygls hands it to its handler: the parameters are still plain JSON."""

    id: int | str
    method: str
    jsonrpc: str
    params: Any = None
