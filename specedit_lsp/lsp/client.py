"""A small editor without a screen: it keeps buffers, talks to a real server, and applies what that sends.

The demonstration and the tests are built on it, and it is the shortest complete example of a client: a buffer
changes while hunks arrive, and reads as before if the rewrite fails.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from specedit_lsp.lsp.client_protocol import PlainJsonProtocol, create_client_converter, our_capabilities
from specedit_lsp.lsp.messages import (
    REWRITE_RANGE,
    STATUS,
    PartialResult,
    RewriteResult,
    StatusParams,
    WireEdit,
)
from specedit_lsp.text.line_edits import TextChange, apply_changes, invert_changes
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, Range, offset_at, position_at

SERVER_COMMAND = (sys.executable, "-m", "specedit_lsp", "lsp")


class RewriteRefused(Exception):
    """The server's error response."""

    def __init__(self, error: JsonRpcException) -> None:
        super().__init__(error.message)
        self.code = error.code
        self.reason = (error.data or {}).get("reason")


@dataclass(eq=False)
class Buffer:
    """A document as the editor holds it."""

    uri: str
    language: str
    text: str
    version: int = 0

    def range_of_lines(self, first: int, last: int) -> Range:
        """Whole lines from ``first`` to ``last``, both counted from 0 and included."""
        lines = Lines(self.text)
        end = Position(last + 1, 0)
        if end.line >= lines.count:
            end = position_at(lines, len(self.text), Encoding.UTF16)
        return Range(Position(first, 0), end)


@dataclass(eq=False)
class Editor:
    """A client with some buffers. Use :func:`running_editor`."""

    client: LanguageClient
    encoding: Encoding
    buffers: dict[str, Buffer] = field(default_factory=dict)
    statuses: list[StatusParams] = field(default_factory=list)
    """All that the server said of its worker, oldest first."""
    messages: list[str] = field(default_factory=list)
    """All that the server showed the user."""
    progress: list[dict[str, Any]] = field(default_factory=list)
    """All values of work-done progress."""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    """What the server wrote to its standard error."""
    _partial: dict[str | int, Callable[[PartialResult], None]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self, uri: str, text: str, language: str = "python") -> Buffer:
        """Open a document."""
        buffer = self.buffers[uri] = Buffer(uri, language, text)
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, buffer.version, text))
        )
        return buffer

    def close(self, buffer: Buffer) -> None:
        """Close a document."""
        del self.buffers[buffer.uri]
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(buffer.uri))
        )

    def change(self, buffer: Buffer, change: TextChange) -> None:
        """Change a document, as by typing, and tell the server."""
        lines = Lines(buffer.text)
        start, end = (_wire(position_at(lines, at, self.encoding)) for at in (change.start, change.end))
        buffer.text = apply_changes(buffer.text, [change])
        buffer.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri),
                [types.TextDocumentContentChangePartial(types.Range(start, end), change.text)],
            )
        )

    def apply(self, buffer: Buffer, edits: Sequence[types.TextEdit]) -> None:
        """Apply edits that are all meant for the document as it is now."""
        lines = Lines(buffer.text)
        changes = [
            TextChange(
                self._offset(lines, edit.range.start), self._offset(lines, edit.range.end), edit.new_text
            )
            for edit in edits
        ]
        growth = 0
        for change in changes:
            self.change(buffer, TextChange(change.start + growth, change.end + growth, change.text))
            growth += len(change.text) - (change.end - change.start)

    async def rewrite(
        self,
        buffer: Buffer,
        span: Range,
        instruction: str,
        *,
        request_id: str = "",
        on_edits: Callable[[Sequence[WireEdit]], None] = lambda edits: None,
    ) -> RewriteResult:
        """Have a range rewritten; the buffer changes while hunks arrive.

        Raises:
            RewriteRefused: it was refused, failed or was cancelled. The buffer reads as before.
        """
        request_id = request_id or str(uuid.uuid4())
        base = Lines(buffer.text)
        applied: list[TextChange] = []

        def show(partial: PartialResult) -> None:
            for edit in partial.edits:
                self._show_edit(buffer, base, edit, applied)
            on_edits(partial.edits)

        self._partial[request_id] = show
        try:
            answer = await self.client.protocol.send_request_async(
                REWRITE_RANGE,
                {
                    "textDocument": {"uri": buffer.uri, "version": buffer.version},
                    "range": {
                        "start": {"line": span.start.line, "character": span.start.character},
                        "end": {"line": span.end.line, "character": span.end.character},
                    },
                    "instruction": instruction,
                    "partialResultToken": request_id,
                },
                msg_id=request_id,
            )
        except BaseException as error:
            # In the right order for changes that each see those before: the last first.
            for change in reversed(invert_changes(base.text, applied)):
                self.change(buffer, change)
            if isinstance(error, JsonRpcException):
                raise RewriteRefused(error) from None
            raise
        finally:
            del self._partial[request_id]
        return RewriteResult.model_validate(answer)

    def cancel(self, request_id: str) -> None:
        """Send ``$/cancelRequest``."""
        self.client.cancel_request(types.CancelParams(request_id))

    async def follow_status(self) -> AsyncGenerator[StatusParams, None]:
        """Yield all that the server says of its worker, from the start of the session."""
        seen = 0
        while True:
            while seen < len(self.statuses):
                yield self.statuses[seen]
                seen += 1
            self._news.clear()
            await self._news.wait()

    async def wait_until_ready(self) -> None:
        """Wait until the worker can rewrite.

        Raises:
            RuntimeError: it cannot, and the message says why.
        """
        async for status in self.follow_status():
            if status.state == "failed":
                raise RuntimeError(status.message)
            if status.state == "ready":
                return

    def _offset(self, lines: Lines, at: types.Position) -> int:
        return offset_at(lines, Position(at.line, at.character), self.encoding)

    def _show_edit(self, buffer: Buffer, base: Lines, edit: WireEdit, applied: list[TextChange]) -> None:
        span = edit.range.to_range()
        start, end = (offset_at(base, at, self.encoding) for at in (span.start, span.end))
        growth = sum(len(change.text) - (change.end - change.start) for change in applied)
        self.change(buffer, TextChange(start + growth, end + growth, edit.new_text))
        applied.append(TextChange(start, end, edit.new_text))


@asynccontextmanager
async def running_editor(
    command: Sequence[str] = SERVER_COMMAND,
    *,
    capabilities: types.ClientCapabilities | None = None,
    options: dict[str, Any] | None = None,
) -> AsyncGenerator[Editor, None]:
    """An editor with a server of its own, started by ``command`` and ended with the block."""
    client = LanguageClient(
        "specedit-editor", "1", protocol_cls=PlainJsonProtocol, converter_factory=create_client_converter
    )
    editor = Editor(client, Encoding.UTF16)
    _listen(editor)
    await client.start_io(*command)
    server = client._server
    assert server is not None
    assert server.stdin is not None
    assert server.stderr is not None
    # pygls opens this pipe and never reads it: a server that logs much would come to a halt.
    log = asyncio.create_task(_keep_last_words(server.stderr, editor.log))
    try:
        result = await client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities or our_capabilities(),
                process_id=None,
                initialization_options=options,
            )
        )
        editor.encoding = Encoding(result.capabilities.position_encoding or "utf-16")
        client.initialized(types.InitializedParams())
        yield editor
        await client.shutdown_async(None)
        client.exit(None)
    finally:
        # For a server that was not told to exit: pygls would wait for it for ever.
        server.stdin.close()
        await client.stop()  # type: ignore[no-untyped-call]
        await log


async def _keep_last_words(stderr: asyncio.StreamReader, log: deque[str]) -> None:
    async for line in stderr:
        log.append(line.decode(errors="replace").rstrip())


def _listen(editor: Editor) -> None:
    client = editor.client

    @client.feature(types.PROGRESS)
    def on_progress(params: types.ProgressParams) -> None:
        if show := editor._partial.get(params.token):
            show(PartialResult.model_validate(params.value))
        elif isinstance(params.value, dict):
            editor.progress.append(params.value)

    @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    def on_create(params: types.WorkDoneProgressCreateParams) -> None:
        return None

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def on_apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for uri, edits in (params.edit.changes or {}).items():
            editor.apply(editor.buffers[uri], edits)
        for change in params.edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            buffer = editor.buffers[change.text_document.uri]
            if change.text_document.version not in (None, buffer.version):
                return types.ApplyWorkspaceEditResult(applied=False)
            editor.apply(buffer, [edit for edit in change.edits if isinstance(edit, types.TextEdit)])
        return types.ApplyWorkspaceEditResult(applied=True)

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def on_message(params: types.ShowMessageParams) -> None:
        editor.messages.append(params.message)

    @client.feature(STATUS)
    def on_status(params: dict[str, Any]) -> None:
        editor.statuses.append(StatusParams.model_validate(params))
        editor._news.set()


def _wire(position: Position) -> types.Position:
    return types.Position(position.line, position.character)
