"""A client without a plugin of ours: code actions, commands and edits that the server asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from specedit_lsp.lsp.client import Buffer, Editor, running_editor
from specedit_lsp.lsp.messages import REWRITE_KIND
from specedit_lsp.text.line_edits import TextChange
from tests.conftest import RENAME

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True, workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    )
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain() -> AsyncIterator[Editor]:
    """A plain client; its user has one preset, and drafting is off to have time for mischief."""
    options = {"presets": {"Rename it": RENAME}, "draft": {"sources": []}}
    async with running_editor(capabilities=CAPABILITIES, options=options) as editor:
        yield editor


async def actions(editor: Editor, buffer: Buffer, **context: Any) -> list[dict[str, Any]]:
    span = types.Range(types.Position(0, 0), types.Position(9, 0))
    answer: Any = await editor.client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(buffer.uri), span, types.CodeActionContext(diagnostics=[], **context)
        )
    )
    return list(answer)


async def run(editor: Editor, action: dict[str, Any]) -> None:
    command = types.ExecuteCommandParams(action["command"]["command"], action["command"]["arguments"])
    await asyncio.wait_for(editor.client.workspace_execute_command_async(command), 10)


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_preset_rewrites_the_selection(plain: Editor, function: str, renamed: str) -> None:
    buffer = plain.open("file:///preset.py", function + "\nresult = 1\n")
    [action, *_] = await actions(plain, buffer)
    assert (action["title"], action["kind"]) == ("Rename it", REWRITE_KIND)
    versions = buffer.version
    await run(plain, action)
    await until(lambda: buffer.text == renamed + "\nresult = 1\n")
    assert buffer.version - versions > 1, "the hunks came one by one"


async def test_no_specedit_notifications_for_clients_that_do_not_know_them(plain: Editor) -> None:
    assert plain.statuses == []


@pytest.mark.parametrize(
    ("only", "offered"),
    [
        ([""], True),
        (["refactor"], True),
        (["refactor.rewrite"], True),
        ([REWRITE_KIND], True),
        (["refactor.re"], False),
        (["quickfix"], False),
        (["source"], False),
    ],
)
async def test_actions_are_offered_by_kind(
    plain: Editor, function: str, only: list[str], offered: bool
) -> None:
    buffer = plain.open("file:///kinds.py", function)
    assert bool(await actions(plain, buffer, only=only)) is offered


async def test_typing_inside_stops_the_rewrite_and_keeps_what_was_typed(plain: Editor, function: str) -> None:
    buffer = plain.open("file:///typing.py", function)
    [action, *_] = await actions(plain, buffer)
    shown = len(plain.messages)
    await run(plain, action)
    await until(lambda: buffer.text != function)
    plain.change(buffer, TextChange(0, 0, "# mine\n"))
    await until(lambda: len(plain.messages) > shown)
    assert "changed during its rewrite" in plain.messages[-1]
    text = buffer.text
    assert text.startswith("# mine\n")
    await asyncio.sleep(0.2)
    assert buffer.text == text


async def test_bad_arguments_are_shown_to_the_user(plain: Editor) -> None:
    shown = len(plain.messages)
    command = types.ExecuteCommandParams("specedit.rewriteRange", [{"instruction": "x"}])
    await plain.client.workspace_execute_command_async(command)
    await until(lambda: len(plain.messages) > shown)
    assert "textDocument" in plain.messages[-1]


async def test_a_client_without_versioned_edits_is_served_too(function: str, renamed: str) -> None:
    capabilities = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(apply_edit=True))
    async with running_editor(
        capabilities=capabilities, options={"presets": {"Rename it": RENAME}}
    ) as editor:
        buffer = editor.open("file:///simple.py", function)
        [action, *_] = await actions(editor, buffer)
        await run(editor, action)
        await until(lambda: buffer.text == renamed)
