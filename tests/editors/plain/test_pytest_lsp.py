"""A client written by others: pytest-lsp, with real editors' capabilities and pygls' idea of a document.

It warns of messages that do not fit the capabilities, and warnings are errors here.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.workspace import PositionCodec, TextDocument
from pytest_lsp.client import register_lsp_features

from specedit_lsp.lsp.client_protocol import create_client_converter
from tests.conftest import FUNCTION, RENAME
from tests.editors.plain.terminal import PATIENCE

AROUND = "# 🎨 result\n{}\nresult = '🎨'\n"
RENAMED = AROUND.format(FUNCTION.replace("result", "total"))
COMMENTED = AROUND.format(f"# specedit: {RENAME}\n{FUNCTION}")
ORIGINAL = AROUND.format(FUNCTION)
SELECTED = types.Range(types.Position(1, 0), types.Position(10, 0))

pytestmark = pytest.mark.asyncio(loop_scope="module")


class CodeActionsAsTheyAre(pytest_lsp.LanguageClientProtocol):
    """lsprotocol takes a code action that holds a command for a command: these stay plain JSON."""

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        return None if method == types.TEXT_DOCUMENT_CODE_ACTION else super().get_result_type(method)


class Desk(pytest_lsp.LanguageClient):
    """A client with one open document, which applies what the server asks for."""

    document: TextDocument

    async def introduce(self, editor: str, **options: Any) -> None:
        """Start the session as ``editor`` would."""
        answer = await self.initialize_session(
            types.InitializeParams(
                capabilities=pytest_lsp.client_capabilities(editor),
                initialization_options={"presets": {"Rename": RENAME}, **options},
            )
        )
        self.edits: list[types.WorkspaceEdit] = []
        encoding = answer.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        self._codec = PositionCodec(encoding=types.PositionEncodingKind(encoding))

    @property
    def rewrites(self) -> dict[types.ProgressToken, list[Any]]:
        """What work-done progress said of each rewrite, by its token."""
        shown: dict[types.ProgressToken, list[Any]] = {**self.progress_reports}
        return {
            token: reports
            for token, reports in shown.items()
            if reports and getattr(reports[0], "title", "") == RENAME
        }

    def open(self, name: str, text: str) -> None:
        """Open the one document."""
        self.edits.clear()
        uri = f"file:///{name}"
        self.document = TextDocument(uri, text, 1, "python", position_codec=self._codec)
        self.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Python, 1, text))
        )

    async def actions(self, place: types.Range) -> list[types.CodeAction]:
        """What the server offers at a place."""
        answer: Any = await self.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.document.uri),
                place,
                types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.RefactorRewrite]),
            )
        )
        return [get_converter().structure(action, types.CodeAction) for action in answer]

    async def run(self, action: types.CodeAction) -> None:
        """Send the command of an action."""
        assert action.command is not None
        await self.workspace_execute_command_async(
            types.ExecuteCommandParams(action.command.command, action.command.arguments)
        )

    async def reads(self, text: str) -> None:
        """Wait for the document to read so.

        Raises:
            TimeoutError: it does not come to.
        """
        await until(lambda: self.document.source == text)

    def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.edits.append(params.edit)
        for change in params.edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            assert change.text_document.version == self.document.version
            self._change(change.text_document.uri, list(change.edits))
        for uri, edits in (params.edit.changes or {}).items():
            self._change(uri, list(edits))
        return types.ApplyWorkspaceEditResult(applied=True)

    def _change(self, uri: str, edits: list[Any]) -> None:
        assert uri == self.document.uri
        # The last first, so that each finds its place where the server saw it.
        changes = [
            types.TextDocumentContentChangePartial(edit.range, edit.new_text)
            for edit in sorted(edits, key=lambda edit: edit.range.start, reverse=True)
        ]
        for change in changes:
            self.document.apply_change(change)
        assert self.document.version is not None
        self.document.version += 1
        identifier = types.VersionedTextDocumentIdentifier(self.document.version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: it did not come true.
    """
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


def make_desk() -> Desk:
    """A desk that hears what the server says."""
    desk = Desk(protocol_cls=CodeActionsAsTheyAre, converter_factory=create_client_converter)
    register_lsp_features(desk)

    @desk.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return desk.apply(params)

    @desk.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        return None

    return desk


SERVER = pytest_lsp.ClientServerConfig(
    server_command=[sys.executable, "-m", "specedit_lsp", "lsp"], client_factory=make_desk
)


@pytest_lsp.fixture(
    config=SERVER,
    params=["emacs@v29", "neovim@v0.11", "visual-studio-code"],
    scope="module",
    loop_scope="module",
)
async def desk(request: pytest.FixtureRequest, lsp_client: Desk) -> AsyncIterator[None]:
    """One editor after the other, with columns in UTF-32, UTF-8 and UTF-16."""
    await lsp_client.introduce(request.param)
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=SERVER, scope="module", loop_scope="module")
async def slow_desk(lsp_client: Desk) -> AsyncIterator[None]:
    """With drafting off, to have time for mischief."""
    await lsp_client.introduce("visual-studio-code", draft={"sources": []})
    yield
    await lsp_client.shutdown_session()


async def test_a_preset_rewrites_the_selection(desk: Desk) -> None:
    desk.open("preset.py", ORIGINAL)
    [action] = [action for action in await desk.actions(SELECTED) if action.title == "Rename"]
    await desk.run(action)
    await desk.reads(RENAMED)
    assert desk.capabilities is not None
    workspace = desk.capabilities.workspace
    versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
    assert {bool(edit.document_changes) for edit in desk.edits} == {versioned}


async def test_an_instruction_comment_is_carried_out_and_goes_away(desk: Desk) -> None:
    desk.open("comment.py", COMMENTED)
    cursor = types.Position(1, 4)
    [action] = await desk.actions(types.Range(cursor, cursor))
    assert action.title == f"{RENAME} (lines 2-11)"
    await desk.run(action)
    await desk.reads(RENAMED)


async def test_every_rewrite_shows_its_progress_and_ends_it(desk: Desk) -> None:
    desk.open("progress.py", ORIGINAL)
    before = set(desk.rewrites)
    [action] = [action for action in await desk.actions(SELECTED) if action.title == "Rename"]
    await desk.run(action)
    await desk.reads(RENAMED)
    await until(lambda: len(desk.rewrites) > len(before))
    [token] = set(desk.rewrites) - before
    await until(lambda: isinstance(desk.rewrites[token][-1], types.WorkDoneProgressEnd))
    assert isinstance(desk.rewrites[token][0], types.WorkDoneProgressBegin)
    assert desk.rewrites[token][0].cancellable


async def test_cancelling_the_progress_restores_the_text(slow_desk: Desk) -> None:
    desk = slow_desk
    desk.open("cancel.py", ORIGINAL)
    [action] = [action for action in await desk.actions(SELECTED) if action.title == "Rename"]
    await desk.run(action)
    await until(lambda: desk.document.source != ORIGINAL)
    assert desk.document.source != RENAMED, "it was faster than the test"
    [token] = desk.rewrites
    desk.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    await until(lambda: isinstance(desk.rewrites[token][-1], types.WorkDoneProgressEnd))
    await desk.reads(ORIGINAL)
    await asyncio.sleep(0.3)
    assert desk.document.source == ORIGINAL, "nothing comes after the end"


async def test_a_command_with_wrong_arguments_is_answered_in_words(slow_desk: Desk) -> None:
    shown = len(slow_desk.messages)
    await slow_desk.workspace_execute_command_async(
        types.ExecuteCommandParams("specedit.rewriteRange", [{"instruction": "x"}])
    )
    await until(lambda: len(slow_desk.messages) > shown)
    assert "textDocument" in slow_desk.messages[-1].message
