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

from specedit_lsp.text.lines import Lines, split_lines
from specedit_lsp.text.positions import Encoding, Position, Range, offsets_of


class ExactDocument(TextDocument):
    """A document whose lines and positions are those of the protocol."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed = asyncio.Event()
        self._close_callbacks: list[Callable[[], None]] = []

    @property
    def lines(self) -> list[str]:
        """The document's lines, each with its end."""
        return split_lines(self.source)

    @property
    def encoding(self) -> Encoding:
        """What a position's character counts."""
        return Encoding(types.PositionEncodingKind(self.position_codec.encoding).value)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Take in one change from the client and wake whoever waits for one."""
        super().apply_change(change)
        self._changed.set()
        self._changed = asyncio.Event()

    async def next_change(self) -> None:
        """Wait until the client changes the document."""
        await self._changed.wait()

    @contextmanager
    def on_close(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call ``callback`` if the client closes the document during the block."""
        self._close_callbacks.append(callback)
        try:
            yield
        finally:
            self._close_callbacks.remove(callback)

    def close(self) -> None:
        """The client closed the document."""
        for callback in [*self._close_callbacks]:
            callback()

    def _apply_incremental_change(self, change: types.TextDocumentContentChangePartial) -> None:
        text = Lines(self.source)
        wire = change.range
        span = Range(
            Position(wire.start.line, wire.start.character), Position(wire.end.line, wire.end.character)
        )
        start, end = offsets_of(text, span, self.encoding)
        self._source = text.text[:start] + change.text + text.text[end:]


class ExactWorkspace(Workspace):
    """A workspace of exact documents."""

    def find(self, uri: str) -> ExactDocument | None:
        """The document that the client has open under ``uri``; never one from the disk."""
        document = self.text_documents.get(unquote(uri))
        return document if isinstance(document, ExactDocument) else None

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
