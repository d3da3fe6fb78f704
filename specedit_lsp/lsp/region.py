"""The part of a document that a rewrite may touch."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit_lsp.lsp.documents import ExactDocument, ExactWorkspace
from specedit_lsp.lsp.errors import ContentModified, InvalidRequest, RefusalReason, RequestFailed
from specedit_lsp.lsp.messages import WireDocument, WireEdit, WireRange, WireRegion
from specedit_lsp.rewriting.job import RewriteJob
from specedit_lsp.rewriting.project import Project
from specedit_lsp.text.line_edits import TextChange, locate_change
from specedit_lsp.text.lines import Lines, normalise_line_ends
from specedit_lsp.text.positions import (
    Encoding,
    Position,
    PositionOutOfBounds,
    Range,
    offsets_of,
    position_at,
)
from specedit_lsp.text.spans import Span
from specedit_lsp.transport.messages import DraftOptions, Reason

CONTEXT_CHARACTERS = 400_000
"""Text sent along from either side of the region, with headers and imports in it that may be far away; the
worker cuts it to its token budget."""


@dataclass(frozen=True)
class Region:
    """A range of a document at one version."""

    document: ExactDocument
    version: int | None
    range: Range
    source: str
    """The whole document at that version."""
    span: Span
    """The region in ``source``."""
    selection: str | None = None
    """What of the region the model reads; all of it by default."""
    likely: str = ""
    """What the region may read afterwards, as the client sees it."""

    @cached_property
    def text(self) -> str:
        """What the region reads at that version."""
        return self.span.read(self.source)

    @cached_property
    def lines(self) -> Lines:
        """The lines of that text."""
        return Lines(self.text)

    @property
    def uri(self) -> str:
        """The document's."""
        return str(self.document.uri)

    @property
    def language(self) -> str:
        """The document's, as an LSP language identifier."""
        return self.document.language_id or "plaintext"

    def job(
        self, job_id: str, instruction: str, project: Project, drafting: DraftOptions | None = None
    ) -> RewriteJob:
        """The job of rewriting this region of a document of ``project``."""
        return RewriteJob(
            job_id=job_id,
            region=self.text,
            instruction=instruction,
            selection=self.selection,
            likely=self.likely,
            before=self.source[max(self.span.start - CONTEXT_CHARACTERS, 0) : self.span.start],
            after=self.source[self.span.end : self.span.end + CONTEXT_CHARACTERS],
            language=self.language,
            project=project,
            drafting=drafting,
        )

    def wire_edits(self, changes: Sequence[TextChange]) -> tuple[WireEdit, ...]:
        """Changes of the region's original text as edits of the base version."""
        return self.locate(changes, self.lines, self.range.start)

    def locate(self, changes: Sequence[TextChange], lines: Lines, start: Position) -> tuple[WireEdit, ...]:
        """Changes of ``lines``, which the region reads now that it begins at ``start``, as edits."""
        encoding = self.document.encoding
        return tuple(
            WireEdit(range=WireRange.of(locate_change(change, lines, start, encoding)), new_text=change.text)
            for change in changes
        )


def open_document(workspace: ExactWorkspace, wanted: WireDocument) -> ExactDocument:
    """Find the document that a request is about.

    Raises:
        RequestRefused: it is not open, or at another version.
    """
    document = workspace.find(wanted.uri)
    if document is None:
        raise RequestFailed(
            RefusalReason.DOCUMENT_NOT_OPEN,
            f"{wanted.uri} is not open in the editor: open it, then try again.",
        )
    if wanted.version is not None and wanted.version != document.version:
        raise ContentModified(
            RefusalReason.VERSION_MISMATCH,
            f"The request is for version {wanted.version}, the document is at {document.version}: try again.",
        )
    return document


def open_region(document: ExactDocument, wanted: WireRegion) -> Region:
    """Find a region of a document as it is now.

    Raises:
        RequestRefused: there is no such range, nothing in it, or something else than the client believes.
    """
    lines = document.source_lines
    try:
        place = _end_inside(lines, wanted.range.to_range(), document.encoding)
        span = Span(*offsets_of(lines, place, document.encoding))
    except PositionOutOfBounds as error:
        raise InvalidRequest(
            RefusalReason.RANGE_OUT_OF_BOUNDS, f"The selection is beyond the end: {error}."
        ) from None
    except ValueError as error:
        raise InvalidRequest(RefusalReason.INVALID_PARAMS, f"The selection is no range: {error}.") from None
    region = Region(document, document.version, place, lines.text, span, likely=wanted.likely_text or "")
    if not region.text.strip():
        raise InvalidRequest(Reason.EMPTY_SELECTION, "The selection is empty: select the code to change.")
    expected = wanted.expected_text
    if expected is not None and normalise_line_ends(expected) != normalise_line_ends(region.text):
        raise ContentModified(
            RefusalReason.EXPECTED_TEXT_MISMATCH,
            "The selection reads differently here than in the editor. Reopen the file, then try again.",
        )
    return region


def _end_inside(lines: Lines, place: Range, encoding: Encoding) -> Range:
    """Clients name the end of a document without a final newline by the line that would come next."""
    if place.end.line == lines.count and place.start.line < lines.count:
        return Range(place.start, position_at(lines, len(lines.text), encoding))
    return place


def open_regions(document: ExactDocument, wanted: Sequence[WireRegion]) -> list[Region]:
    """Find regions of a document as it is now, and put them in its order.

    Raises:
        RequestRefused: one of them is no good, or two overlap.
    """
    regions = sorted((open_region(document, each) for each in wanted), key=lambda region: region.span.start)
    for one, other in itertools.pairwise(regions):
        if other.span.start < one.span.end:
            raise InvalidRequest(
                RefusalReason.INVALID_PARAMS,
                f"Two regions overlap in line {other.range.start.line + 1}: join them, or leave one out.",
            )
    return regions
