"""The server's copy of the client's documents, by the protocol's rules.

pygls splits lines at form feeds and other characters that end no line for an editor, after which an
incremental change silently lands in the wrong place; it loses a character when a change ends beyond a last
line without a newline; and it reads unopened documents from the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import Lines, split_lines
from specedit_lsp.text.positions import Encoding, Position, offset_at
from specedit_lsp.text.spans import trim_change

ChangeListener = Callable[[TextChange, str], None]
"""Hears of one change of a document, and what the document reads after it."""


class ExactDocument(TextDocument):
    """A document whose lines and positions are those of the protocol."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed = asyncio.Event()
        self._change_listeners: list[ChangeListener] = []
        self._close_callbacks: list[Callable[[], None]] = []
        self._source_lines: Lines | None = None
        self.is_closed = False

    @property
    def lines(self) -> list[str]:
        """The document's lines, each with its end."""
        return split_lines(self.source)

    @property
    def source_lines(self) -> Lines:
        """The text and where its lines are, found once for every version."""
        if self._source_lines is None:
            self._source_lines = Lines(self.source)
        return self._source_lines

    @property
    def encoding(self) -> Encoding:
        """What a position's character counts."""
        return Encoding(types.PositionEncodingKind(self.position_codec.encoding).value)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Take in one change from the client, and tell those who listen or wait.

        Raises:
            PositionOutOfBounds: the change is not of this document, which stays as it is.
        """
        wanted = self._read_change(change)
        before = self.source_lines.text
        self._source = before[: wanted.start] + wanted.text + before[wanted.end :]
        self._source_lines = None
        if self._change_listeners:
            trimmed = trim_change(before, wanted)
            for listener in [*self._change_listeners]:
                listener(trimmed, self._source)
        self._changed.set()
        self._changed = asyncio.Event()

    async def next_change(self) -> None:
        """Wait until the client changes the document."""
        await self._changed.wait()

    @contextmanager
    def on_change(self, listener: ChangeListener) -> Iterator[None]:
        """Call ``listener`` for each change during the block."""
        self._change_listeners.append(listener)
        try:
            yield
        finally:
            self._change_listeners.remove(listener)

    @contextmanager
    def on_close(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call ``callback`` if the client closes the document during the block."""
        self._close_callbacks.append(callback)
        try:
            yield
        finally:
            self._close_callbacks.remove(callback)

    def close(self) -> None:
        """The client closed the document: nothing can change it any more."""
        self.is_closed = True
        self._changed.set()
        for callback in [*self._close_callbacks]:
            callback()

    def _read_change(self, change: types.TextDocumentContentChangeEvent) -> TextChange:
        lines = self.source_lines
        if not isinstance(change, types.TextDocumentContentChangePartial):
            return TextChange(0, len(lines.text), change.text)
        start, end = (self._offset(lines, at) for at in (change.range.start, change.range.end))
        return TextChange(start, max(start, end), change.text)

    def _offset(self, lines: Lines, at: types.Position) -> int:
        # Clients name the end of a document without a final newline by the line that would come next.
        behind_all = at.line == lines.count
        return (
            len(lines.text)
            if behind_all
            else offset_at(lines, Position(at.line, at.character), self.encoding)
        )


class ExactWorkspace(Workspace):
    """A workspace of exact documents."""

    def find(self, uri: str) -> ExactDocument | None:
        """The document that the client has open under ``uri``; never one from the disk."""
        document = self.text_documents.get(unquote(uri))
        return document if isinstance(document, ExactDocument) else None

    def update_text_document(
        self,
        text_doc: types.VersionedTextDocumentIdentifier,
        change: types.TextDocumentContentChangeEvent,
    ) -> None:
        """Take in one change of a document, which leads to this version or a later one.

        Helix sends each change on its own, and of several at once a later one may overtake an earlier one.
        """
        document = self.find(text_doc.uri)
        before = None if document is None else document.version
        super().update_text_document(text_doc, change)
        if document is not None and before is not None:
            document.version = max(before, text_doc.version)

    def remove_text_document(self, doc_uri: str) -> None:
        """Forget a document and tell everyone who works on it."""
        if document := self.find(doc_uri):
            document.close()
        super().remove_text_document(doc_uri)

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> ExactDocument:
        return ExactDocument(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self._position_codec,
        )
