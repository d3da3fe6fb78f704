"""Code actions of a client without our plugin: instruction comments, and the last instruction again."""

from __future__ import annotations

from typing import Any

import pytest

from specedit_lsp.rewriting.records import JobLog, OutcomeKind
from specedit_lsp.text.line_edits import TextChange
from tests.lsp.model.client import ModelClient
from tests.lsp.model.scripted_worker import Script
from tests.lsp.model.session import Session
from tests.lsp.model.story import answer, configure, editing, ending, script

TEXT = """\
import os

# specedit: rename user to account
def find(user):
    return user

value = "🙂"
"""
BLOCK = "def find(user):\n    return user\n"
RENAMED = BLOCK.replace("user", "account")
RENAME = "rename user to account"


@pytest.fixture(autouse=True)
def fresh(session: Session) -> None:
    """Nothing was rewritten yet, and there are no presets."""
    session.server.history = JobLog()
    configure(session, presets={})
    script(session, **{RENAME: Script(RENAMED.removesuffix("\n"))})


async def offered(client: ModelClient, start: int, end: int) -> list[dict[str, Any]]:
    """The code actions for a place."""
    found: list[dict[str, Any]] = await answer(
        client,
        "textDocument/codeAction",
        textDocument={"uri": client.uri},
        range=client.range_of(start, end),
        context={"diagnostics": []},
    )
    return found


async def run(client: ModelClient, action: dict[str, Any], instruction: str) -> None:
    """Carry an action out."""
    command = action["command"]
    span = command["arguments"][0]["range"]
    client.expect(instruction, client.offset(span["start"]), client.offset(span["end"]))
    await answer(
        client, "workspace/executeCommand", command=command["command"], arguments=command["arguments"]
    )


def test_a_comment_at_the_cursor_is_carried_out_and_goes(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            cursor = TEXT.index("specedit")
            [action] = await offered(client, cursor, cursor)
            assert action["title"] == "rename user to account (lines 3-5)"
            assert action["kind"] == "refactor.rewrite.specedit"
            await run(client, action, RENAME)
        assert client.text == TEXT.replace(f"# specedit: {RENAME}\n", "").replace(BLOCK, RENAMED)
        assert session.worker.orders[-1].selection == BLOCK.removesuffix("\n")
        assert "specedit:" not in session.worker.orders[-1].before

    session.loop.run(story())


def test_a_comment_above_the_selection_is_for_the_selection(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            start = TEXT.index("def")
            [action] = await offered(client, start, start + len(BLOCK))
            assert action["title"] == "rename user to account (selection)"
            await run(client, action, RENAME)
        assert client.text == TEXT.replace(f"# specedit: {RENAME}\n", "").replace(BLOCK, RENAMED)

    session.loop.run(story())


def test_the_comment_comes_back_if_it_fails(session: Session) -> None:
    script(session, **{RENAME: Script(RENAMED, sizes=(3,), pauses=(0.1,), breaks_after=9)})

    async def story() -> None:
        async with editing(session, TEXT) as client:
            cursor = TEXT.index("specedit")
            [action] = await offered(client, cursor, cursor)
            await run(client, action, RENAME)
        assert client.text == TEXT
        assert ending(session, RENAME).outcome is OutcomeKind.FAILED

    session.loop.run(story())


def test_the_comment_stays_if_the_model_changes_nothing(session: Session) -> None:
    script(session, **{RENAME: Script(BLOCK.removesuffix("\n"))})

    async def story() -> None:
        async with editing(session, TEXT) as client:
            cursor = TEXT.index("specedit")
            [action] = await offered(client, cursor, cursor)
            await run(client, action, RENAME)
        assert client.text == TEXT
        assert client.messages == ["Nothing to change: rename user to account."]
        assert ending(session, RENAME).outcome is OutcomeKind.UNCHANGED

    session.loop.run(story())


def test_a_document_that_changed_since_is_left_alone(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            cursor = TEXT.index("specedit")
            [action] = await offered(client, cursor, cursor)
            client.type(TextChange(0, 0, "x\n"))
            await run(client, action, RENAME)
        assert client.text == "x\n" + TEXT
        assert "try again" in client.messages[0]

    session.loop.run(story())


def test_an_empty_range_elsewhere_offers_nothing(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            assert await offered(client, 0, 0) == []
            assert await offered(client, len(TEXT), len(TEXT)) == []

    session.loop.run(story())


def test_a_range_without_an_instruction_is_refused(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            argument = {"textDocument": {"uri": client.uri}, "range": client.range_of(0, 9)}
            command = "specedit.rewriteByComment"
            await answer(client, "workspace/executeCommand", command=command, arguments=[argument])
        assert client.messages == ["No comment there says what should change."]

    session.loop.run(story())


def test_the_last_instruction_can_be_run_again(session: Session) -> None:
    script(session, again=Script("import sys\n"))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            end = TEXT.index("\n") + 1
            assert await offered(client, 0, end) == []
            client.rewrite("again", 0, end)
        async with editing(session, TEXT) as client:
            [action] = await offered(client, 0, end)
            assert action["title"] == "Run the last instruction again: again"
            await run(client, action, "again")
        assert client.text == TEXT.replace("import os", "import sys")

    session.loop.run(story())
