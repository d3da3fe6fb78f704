"""Where hunks go: to a client that applies them itself, or as edits that the server asks for."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specedit_lsp.lsp.errors import ContentModified, RefusalReason, RequestFailed
from specedit_lsp.lsp.messages import PartialResult, WireEdit
from specedit_lsp.lsp.progress import WorkProgress
from specedit_lsp.lsp.region import Region
from specedit_lsp.text.line_edits import TextChange

APPLY_SECONDS = 10.0
ECHO_SECONDS = 2.0


class CollectingSink:
    """For clients that want no partial results: everything is in the response."""

    def __init__(self, progress: WorkProgress) -> None:
        self._progress = progress

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Nothing to do: the outcome holds all changes."""

    async def waiting(self, ahead: int) -> None:
        """Tell the user what the rewrite waits for."""
        if ahead:
            self._progress.report(f"waiting, {ahead} ahead")


class PartialResultSink(CollectingSink):
    """For our own clients, which apply them: hunks by ``$/progress``, in coordinates of the base version."""

    def __init__(
        self, server: LanguageServer, token: int | str, region: Region, progress: WorkProgress
    ) -> None:
        super().__init__(progress)
        self._server = server
        self._token = token
        self._region = region
        self._seq = 0

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Send one partial result."""
        partial = PartialResult(seq=self._seq, edits=self._region.wire_edits(changes))
        self._server.progress(types.ProgressParams(token=self._token, value=partial.to_wire()))
        self._seq += 1


class ApplyEditSink(CollectingSink):
    """For any other client: versioned ``workspace/applyEdit`` requests, each awaited and checked.

    What a client says of an edit proves nothing (Neovim answers ``applied: true`` to stale edits that it
    ignores), so the document, as the client reports it afterwards, is compared with what it should read.
    """

    def __init__(self, server: LanguageServer, region: Region, label: str, progress: WorkProgress) -> None:
        super().__init__(progress)
        self._server = server
        self._region = region
        self._label = label
        self._delivered: list[TextChange] = []

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Have the client apply changes.

        Raises:
            ContentModified: somebody else changed the document, which is left as it is.
            RequestFailed: the client did not carry the edit out.
        """
        target = [*self._delivered, *changes]
        await self._apply(self._region.edits_after(self._delivered, changes), target)

    async def take_back(self) -> None:
        """Restore the original text; a document that the user has changed meanwhile is left as it is.

        Raises:
            RequestRefused: the client did not carry the edit out.
        """
        with anyio.CancelScope(shield=True):
            if self._delivered and await self._comes_to_read(self._delivered):
                await self._apply(self._region.edits_back(self._delivered), [])

    async def _apply(self, edits: Sequence[WireEdit], target: list[TextChange]) -> None:
        if not self._region.reads(self._delivered):
            raise ContentModified(
                RefusalReason.USER_EDIT_IN_RANGE,
                "The document changed during the rewrite, which was stopped.",
            )
        # An edit that was asked for may be carried out even if its answer is never awaited.
        before, self._delivered = self._delivered, target
        answer = await self._ask(edits)
        if not answer.applied:
            self._delivered = before
            why = answer.failure_reason or "it gave no reason"
            raise RequestFailed(RefusalReason.EDIT_NOT_APPLIED, f"The editor refused an edit: {why}.")
        if not await self._comes_to_read(target):
            if self._region.reads(before):
                self._delivered = before
            raise RequestFailed(
                RefusalReason.EDIT_NOT_APPLIED, "The document does not read as it should after an edit."
            )

    async def _comes_to_read(self, changes: Sequence[TextChange]) -> bool:
        """Wait for the client to report what it did: its answer may overtake that."""
        with anyio.move_on_after(ECHO_SECONDS):
            while not self._region.reads(changes):
                await self._region.document.next_change()
        return self._region.reads(changes)

    async def _ask(self, edits: Sequence[WireEdit]) -> types.ApplyWorkspaceEditResult:
        params = types.ApplyWorkspaceEditParams(self._workspace_edit(edits), self._label)
        with anyio.move_on_after(APPLY_SECONDS):
            return await self._server.workspace_apply_edit_async(params)
        raise RequestFailed(
            RefusalReason.EDIT_NOT_APPLIED,
            f"The editor did not answer an edit within {APPLY_SECONDS:.0f} seconds.",
        )

    def _workspace_edit(self, edits: Sequence[WireEdit]) -> types.WorkspaceEdit:
        """With the document's version where the client can check it."""
        document = self._region.document
        text_edits = [_lsp_edit(edit) for edit in edits]
        workspace = self._server.client_capabilities.workspace
        if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
            versioned = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(versioned, text_edits)])
        return types.WorkspaceEdit(changes={document.uri: text_edits})


def _lsp_edit(edit: WireEdit) -> types.TextEdit:
    start, end = edit.range.start, edit.range.end
    return types.TextEdit(
        range=types.Range(
            start=types.Position(line=start.line, character=start.character),
            end=types.Position(line=end.line, character=end.character),
        ),
        new_text=edit.new_text,
    )
