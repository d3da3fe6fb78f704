"""Where hunks go for a client that knows nothing of us: into edits that the server asks for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import anyio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from specedit_lsp.lsp.edit_sinks import CollectingSink
from specedit_lsp.lsp.errors import ContentModified, RefusalReason, RequestFailed
from specedit_lsp.lsp.messages import WireEdit
from specedit_lsp.lsp.progress import WorkProgress
from specedit_lsp.lsp.region import Region
from specedit_lsp.rewriting.tracked_region import TrackedRegion
from specedit_lsp.text.line_edits import TextChange, apply_changes, invert_changes
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import end_position

ATTEMPTS = 20
"""How often an edit is asked for when the user's typing elsewhere comes in between."""
APPLY_SECONDS = 10.0
REPORT_SECONDS = 10.0
"""How long a client may take to report an edit that it says it applied, or what kept it from it. Some report
nothing while the user types."""
QUIET_SECONDS = 0.5
"""How long nothing more may come, once it reported changes, before we believe that these were all."""
TAKE_BACK_SECONDS = 30.0
"""How long a client that does not take back what it holds is asked again."""


class ApplyEditSink(CollectingSink):
    """Versioned ``workspace/applyEdit`` requests, each awaited and checked.

    What a client says of an edit proves nothing: Neovim answers ``applied: true`` to stale edits that it
    ignores, and its answer overtakes its report of the change. So the region, as the client reports it
    afterwards, is compared with what it should read. An edit that missed because the user typed elsewhere
    is asked for again, where the region is by then; once the user typed inside, the text is left alone.
    """

    def __init__(
        self,
        server: LanguageServer,
        region: Region,
        place: TrackedRegion,
        label: str,
        progress: WorkProgress,
        *,
        reverts: bool = True,
    ) -> None:
        super().__init__(progress)
        self._server = server
        self._region = region
        self._document = region.document
        self._place = place
        self._label = label
        self._reverts = reverts
        """Whether a cancelled rewrite is taken back."""
        self._delivered: list[TextChange] = []
        self._asked: list[TextChange] = []
        """What is delivered once the edit under way has arrived."""

    @property
    def has_delivered(self) -> bool:
        """Whether the document holds anything of ours, for all we know."""
        return bool(self._delivered)

    @property
    def is_disturbed(self) -> bool:
        """Whether somebody else changed the region."""
        unread = not self._place.is_waiting and not self._place.reads_as_delivered(self._document.source)
        return self._place.is_disturbed or unread

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Have the client apply changes.

        Raises:
            ContentModified: somebody else changed the region, which is left as it is.
            RequestFailed: the client did not carry the edit out.
        """
        growth = sum(len(change.text) - (change.end - change.start) for change in self._delivered)
        moved = [replace(each, start=each.start + growth, end=each.end + growth) for each in changes]
        self._asked = [*self._delivered, *changes]
        # An edit that was asked for may be carried out even if nobody waits for its answer any more.
        with anyio.CancelScope(shield=True):
            await self._change(moved)
        self._delivered = self._asked

    async def take_back(self) -> None:
        """Restore the original text; a region that the user changed meanwhile is left as it is.

        Raises:
            RequestRefused: the client did not carry the edit out.
        """
        with anyio.move_on_after(TAKE_BACK_SECONDS, shield=True):
            if self._place.is_waiting:  # an edit may still be on its way
                await self._hear_echo(self._document.version, applied=True)
                self._place.stop_waiting()
            original = self._region.text
            if self._place.text == apply_changes(original, self._asked):
                self._delivered = self._asked
            while not (self._document.is_closed or self.is_disturbed):
                with suppress(RequestFailed):
                    await self._change(invert_changes(original, self._delivered))
                    self._delivered = self._asked = []
                    break
            return
        raise RequestFailed(
            RefusalReason.EDIT_NOT_APPLIED,
            "The rewrite broke off, and the editor did not take it back: undo what is left of it.",
        )

    async def cancel(self) -> None:
        """The user has had enough: take back what was delivered, unless it is to be kept.

        Raises:
            RequestRefused: the client did not carry the edit out.
        """
        if self._reverts:
            await self.take_back()

    async def _change(self, changes: Sequence[TextChange]) -> None:
        """Bring changes of what the region reads now into the document, wherever the region is by then."""
        goal = apply_changes(self._place.text, changes)
        for _ in range(ATTEMPTS):
            self._check_undisturbed()
            if self._place.text == goal:
                return
            version = self._document.version
            self._place.await_edit(goal, self._document.source)
            answer = await self._ask(changes)
            await self._hear_echo(version, applied=answer.applied)
            if self._place.text == goal:
                return
            is_silent = self._document.version == version
            if is_silent and answer.applied:  # it may come yet: whoever takes it back has to wait for it
                raise RequestFailed(
                    RefusalReason.EDIT_NOT_APPLIED,
                    "The document does not read as it should after an edit: the editor ignored it.",
                )
            self._place.stop_waiting()
            self._check_undisturbed()
            if is_silent:
                why = answer.failure_reason or "it gave no reason"
                raise RequestFailed(RefusalReason.EDIT_NOT_APPLIED, f"The editor refused an edit: {why}.")
        raise RequestFailed(
            RefusalReason.EDIT_NOT_APPLIED,
            f"The document changed at each of {ATTEMPTS} attempts to edit it: try again.",
        )

    async def _hear_echo(self, version: int | None, *, applied: bool) -> None:
        """Wait until the client reports the edit, or what kept it from it."""
        patience = REPORT_SECONDS if self._document.version == version else QUIET_SECONDS
        while self._place.is_waiting and not self._document.is_closed:
            if not applied and self._document.version != version:
                return
            with anyio.move_on_after(patience) as silence:
                await self._document.next_change()
            if silence.cancelled_caught:
                return
            patience = QUIET_SECONDS

    def _check_undisturbed(self) -> None:
        if self.is_disturbed:
            raise disturbance()

    async def _ask(self, changes: Sequence[TextChange]) -> types.ApplyWorkspaceEditResult:
        start = end_position(self._document.source[: self._place.span.start], self._document.encoding)
        edits = self._region.locate(changes, Lines(self._place.text), start)
        params = types.ApplyWorkspaceEditParams(self._workspace_edit(edits), self._label)
        try:
            with anyio.move_on_after(APPLY_SECONDS):
                return await self._server.workspace_apply_edit_async(params)
            why = f"it did not answer within {APPLY_SECONDS:.0f} seconds"
        except JsonRpcException as error:
            why = error.message
        return types.ApplyWorkspaceEditResult(applied=False, failure_reason=why)

    def _workspace_edit(self, edits: Sequence[WireEdit]) -> types.WorkspaceEdit:
        """With the document's version where the client can check it."""
        document = self._document
        text_edits = [_lsp_edit(edit) for edit in edits]
        if can_check_versions(self._server):
            versioned = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(versioned, text_edits)])
        return types.WorkspaceEdit(changes={document.uri: text_edits})


def can_check_versions(server: LanguageServer) -> bool:
    """Whether the client knows edits that are meant for one version of a document."""
    workspace = server.client_capabilities.workspace
    return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)


def can_apply_edits(server: LanguageServer) -> bool:
    """Whether the client carries out edits that a server asks for."""
    workspace = server.client_capabilities.workspace
    return bool(workspace and workspace.apply_edit)


def disturbance() -> ContentModified:
    """The error of a rewrite whose region somebody else changed."""
    return ContentModified(
        RefusalReason.USER_EDIT_IN_RANGE,
        "The text was changed during its rewrite, which was stopped. It stays as it is now.",
    )


def _lsp_edit(edit: WireEdit) -> types.TextEdit:
    start, end = edit.range.start, edit.range.end
    return types.TextEdit(
        range=types.Range(
            start=types.Position(line=start.line, character=start.character),
            end=types.Position(line=end.line, character=end.character),
        ),
        new_text=edit.new_text,
    )
