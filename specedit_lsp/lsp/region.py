"""The part of a document that a rewrite may touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from specedit_lsp.lsp.documents import ExactDocument, ExactWorkspace
from specedit_lsp.lsp.errors import ContentModified, InvalidRequest, RefusalReason, RequestFailed
from specedit_lsp.lsp.messages import RewriteParams, WireEdit, WireRange
from specedit_lsp.rewriting.job import RewriteJob
from specedit_lsp.text.line_edits import TextChange, apply_changes, invert_changes, locate_change
from specedit_lsp.text.lines import Lines, normalise_line_ends
from specedit_lsp.text.positions import PositionOutOfBounds, Range, offsets_of
from specedit_lsp.transport.messages import Reason

CONTEXT_CHARACTERS = 100_000
"""Text sent along from either side of the region; the worker cuts it to its token budget."""


@dataclass(frozen=True)
class Region:
    """A range of a document at one version."""

    document: ExactDocument
    version: int | None
    range: Range
    source: str
    """The whole document at that version."""
    start: int
    """Offset of the region's first character in ``source``."""
    end: int

    @cached_property
    def text(self) -> str:
        """What the region reads at that version."""
        return self.source[self.start : self.end]

    @property
    def uri(self) -> str:
        """The document's."""
        return str(self.document.uri)

    def job(self, job_id: str, instruction: str, workspace: str = "") -> RewriteJob:
        """The job of rewriting this region, in the workspace of this key."""
        return RewriteJob(
            job_id=job_id,
            region=self.text,
            instruction=instruction,
            before=self.source[max(self.start - CONTEXT_CHARACTERS, 0) : self.start],
            after=self.source[self.end : self.end + CONTEXT_CHARACTERS],
            language=self.document.language_id or "plaintext",
            workspace=workspace,
        )

    def wire_edits(self, changes: Sequence[TextChange]) -> tuple[WireEdit, ...]:
        """Changes of the region's original text as edits of the base version."""
        return self._locate(Lines(self.text), changes)

    def edits_after(self, delivered: Sequence[TextChange], new: Sequence[TextChange]) -> tuple[WireEdit, ...]:
        """Changes behind all those ``delivered``, as edits of the document that already has these in it."""
        current = apply_changes(self.text, delivered)
        growth = len(current) - len(self.text)
        moved = [replace(change, start=change.start + growth, end=change.end + growth) for change in new]
        return self._locate(Lines(current), moved)

    def edits_back(self, delivered: Sequence[TextChange]) -> tuple[WireEdit, ...]:
        """Edits that take ``delivered`` out of the document again."""
        return self._locate(Lines(apply_changes(self.text, delivered)), invert_changes(self.text, delivered))

    def reads(self, delivered: Sequence[TextChange]) -> bool:
        """Whether the document reads as it should with ``delivered`` in it, and nothing else changed."""
        changed = apply_changes(self.text, delivered)
        return bool(self.document.source == self.source[: self.start] + changed + self.source[self.end :])

    def _locate(self, lines: Lines, changes: Sequence[TextChange]) -> tuple[WireEdit, ...]:
        encoding = self.document.encoding
        return tuple(
            WireEdit(
                range=WireRange.of(locate_change(change, lines, self.range.start, encoding)),
                new_text=change.text,
            )
            for change in changes
        )


def open_region(workspace: ExactWorkspace, request: RewriteParams) -> Region:
    """Find what a request is about.

    Raises:
        RequestRefused: the document is not open, is at another version, or does not have that range.
    """
    wanted = request.text_document
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
    lines = Lines(document.source)
    try:
        span = request.range.to_range()
        start, end = offsets_of(lines, span, document.encoding)
    except PositionOutOfBounds as error:
        raise InvalidRequest(
            RefusalReason.RANGE_OUT_OF_BOUNDS, f"The selection is beyond the end: {error}."
        ) from None
    except ValueError as error:
        raise InvalidRequest(RefusalReason.INVALID_PARAMS, f"The selection is no range: {error}.") from None
    region = Region(document, document.version, span, lines.text, start, end)
    if not region.text.strip():
        raise InvalidRequest(Reason.EMPTY_SELECTION, "The selection is empty: select the code to change.")
    expected = request.expected_text
    if expected is not None and normalise_line_ends(expected) != normalise_line_ends(region.text):
        raise ContentModified(
            RefusalReason.EXPECTED_TEXT_MISMATCH,
            "The selection reads differently here than in the editor. Reopen the file, then try again.",
        )
    return region
