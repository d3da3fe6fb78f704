"""Code actions where nothing is selected: presets for the block around the cursor, and stopping a rewrite."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from specedit_lsp.lsp import rewrite_command
from specedit_lsp.rewriting.records import JobLog, OutcomeKind
from specedit_lsp.text.positions import Encoding
from tests.lsp.model.client import ModelClient
from tests.lsp.model.scripted_worker import Script
from tests.lsp.model.session import Session
from tests.lsp.model.story import answer, ask, configure, editing, ending, script

FIND = "def find(user):\n    if user:\n        return user\n"
TEXT = f"import os\n\n{FIND}\nvalue = '🙂'\r\n"
DOCUMENTED = FIND.replace("):\n", '):\n    """Find."""\n')
ADD = "add a docstring"
STOP = f"Stop the rewrite: {ADD}"


@pytest.fixture(autouse=True)
def one_preset(session: Session) -> None:
    """Nothing was rewritten yet, and there is one preset."""
    session.server.history = JobLog()
    configure(session, presets={"Add a docstring": ADD})
    script(session, **{ADD: Script(DOCUMENTED.removesuffix("\n"), sizes=(10,), pauses=(0.3,))})


async def offered(client: ModelClient, start: int, end: int, **context: Any) -> list[dict[str, Any]]:
    """The code actions for a place."""
    found: list[dict[str, Any]] = await answer(
        client,
        "textDocument/codeAction",
        textDocument={"uri": client.uri},
        range=client.range_of(start, end),
        context={"diagnostics": [], **context},
    )
    return found


async def titles(client: ModelClient, start: int, end: int, **context: Any) -> list[str]:
    return [action["title"] for action in await offered(client, start, end, **context)]


async def run(client: ModelClient, action: dict[str, Any]) -> None:
    """Send the command of an action."""
    command = action["command"]
    await answer(
        client, "workspace/executeCommand", command=command["command"], arguments=command["arguments"]
    )


@pytest.mark.parametrize(
    ("selected", "where"),
    [
        ("", "lines 3-5"),
        ("r", "lines 3-5"),
        ("return", "lines 3-5"),
        ("return user", None),
        ("        return user\n", None),
        ("\n", "lines 3-5"),
        ("value", "line 7"),
        ("🙂", "line 7"),
        ("\r\n", "line 7"),
    ],
)
def test_what_is_no_selection_means_the_block_around_it(
    session: Session, selected: str, where: str | None
) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            start = TEXT.index(selected, TEXT.index("        return user"))
            found = await titles(client, start, start + len(selected))
            assert found == [f"Add a docstring ({where})" if where else "Add a docstring"]

    session.loop.run(story())


def test_the_block_is_rewritten_as_the_title_says(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            [action] = await offered(client, TEXT.index("user:"), TEXT.index("user:") + 1)
            assert action["title"] == "Add a docstring (lines 3-5)"
            start = TEXT.index(FIND)
            client.expect(ADD, start, start + len(FIND) - 1)
            await run(client, action)
        assert client.text == TEXT.replace(FIND, DOCUMENTED)
        async with editing(session, TEXT) as client:
            assert await titles(client, start, start) == [
                "Add a docstring (lines 3-5)",
                f"Run the last instruction again: {ADD} (lines 3-5)",
            ]

    session.loop.run(story())


def test_nothing_is_offered_for_nothing_or_to_nobody(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            blank = TEXT.index("\n\n") + 1
            assert await titles(client, blank, blank) == []
            inside = TEXT.index("return")
            assert await titles(client, inside, inside, triggerKind=2) == []
            assert await titles(client, inside, inside, triggerKind=1) != []

    session.loop.run(story())


def test_a_rewrite_is_stopped_by_an_action_in_its_lines(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, FIND, ADD)
            await asyncio.sleep(1.5)
            assert client.text != TEXT
            inside = client.text.index("return")
            behind = client.text.index("value")
            assert STOP not in await titles(client, behind, behind)
            [stop] = await offered(client, inside, inside)
            assert (stop["title"], stop["kind"]) == (STOP, "refactor.rewrite.specedit")
            await run(client, stop)
            await asyncio.sleep(0.1)
            assert client.text == TEXT
            assert client.begun == {}
            assert ending(session, ADD).outcome is OutcomeKind.CANCELLED
            assert STOP not in await titles(client, inside, inside)
            await run(client, stop)
        assert client.messages == []

    session.loop.run(story())


def test_stopping_needs_an_argument(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await answer(client, "workspace/executeCommand", command="specedit.stopRewrite", arguments=[{}])
        assert "jobId" in client.messages[0]

    session.loop.run(story())


def test_a_fault_of_ours_is_shown_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(workspace: object, document: object) -> None:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr(rewrite_command, "open_document", fail)

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, FIND, ADD)
            await asyncio.sleep(0.1)
            assert "LookupError: nobody thought of this" in client.messages[0]
        assert client.text == TEXT

    session.loop.run(story())


def test_a_selection_may_end_behind_a_last_line_without_an_end(session: Session) -> None:
    text = FIND.removesuffix("\n")
    script(session, **{ADD: Script(DOCUMENTED.removesuffix("\n"))})

    async def story() -> None:
        async with editing(session, text) as client:
            behind = {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}
            [action, *_] = await answer(
                client,
                "textDocument/codeAction",
                textDocument={"uri": client.uri},
                range=behind,
                context={"diagnostics": []},
            )
            client.expect(ADD, 0, len(text))
            await run(client, action)
        assert client.messages == []
        assert client.text == DOCUMENTED.removesuffix("\n")

    session.loop.run(story())


def test_a_client_that_applies_no_edits_is_told_so_at_once(
    virtual_sessions: dict[Encoding, Session],
) -> None:
    session = Session(virtual_sessions[Encoding.UTF16].loop, Encoding.UTF16, applies_edits=False)
    script(session, **{ADD: Script(DOCUMENTED)})

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, FIND, ADD)
            await asyncio.sleep(0.1)
            assert "workspace/applyEdit" in client.messages[0]
        assert session.worker.orders == []
        assert client.text == TEXT

    session.loop.run(story())
