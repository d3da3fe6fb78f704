"""What the user does while a plain client's document is rewritten, one thing at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.positions import Encoding
from tests.lsp.model.client import Habits, ModelClient
from tests.lsp.model.scripted_worker import Script
from tests.lsp.model.session import Session
from tests.lsp.model.story import ask, configure, editing, ending, script, type_at

SELECTED = "a = value(1)\nb = value(2)\nc = value(3)\nd = value(4)\n"
FIRST = SELECTED.replace("a = value", "a = VALUE")
"""What the first hunk makes of it, which is certain when the third line is there."""
NEW = FIRST.replace("d = value", "d = VALUE")
TEXT = f"above\nvoid\n{SELECTED}void\nbelow\n"
RESULT = TEXT.replace(SELECTED, NEW)
LINE = 13
"""Characters in each line of the new text."""
SLOW = Script(NEW, sizes=(LINE,), pauses=(0.2,))


@pytest.fixture(autouse=True)
def slow_worker(session: Session) -> None:
    """One line after the other, with time for mischief in between."""
    script(session, do=SLOW)


async def rewriting(client: ModelClient) -> None:
    """Start the rewrite and wait until its first hunk is there."""
    ask(client, SELECTED)
    await asyncio.sleep(0.7)
    assert FIRST in client.text


@pytest.mark.parametrize(("where", "typed"), [("above", "x\ny\n"), ("below", "x\n"), ("bove", "z")])
def test_typing_elsewhere_goes_on(session: Session, where: str, typed: str) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            type_at(client, where, typed)
        assert client.text == RESULT.replace(where, typed + where, 1)
        assert client.messages == []
        assert ending(session).outcome is OutcomeKind.DONE

    session.loop.run(story())


@pytest.mark.parametrize("lies", [False, True])
def test_typing_elsewhere_just_before_an_edit_has_it_asked_for_again(session: Session, lies: bool) -> None:
    """`applied: false`, or a lie, for an edit of a version that is no more."""

    async def story() -> None:
        async with editing(session, TEXT, Habits(latency=0.05, lies_when_stale=lies)) as client:
            ask(client, SELECTED)
            await asyncio.sleep(0.62)  # the first hunk is on its way
            type_at(client, "above", "new\n")
        assert client.text == "new\n" + RESULT
        assert ending(session).outcome is OutcomeKind.DONE

    session.loop.run(story())


@pytest.mark.parametrize("pause", [0.5, 5.0])
def test_an_editor_that_reports_late_and_fails_until_then(session: Session, pause: float) -> None:
    """Eglot tells nothing while its user types, and answers edits for an older version with errors."""

    async def story() -> None:
        async with editing(session, TEXT, Habits(debounce=pause, fails_when_stale=True)) as client:
            ask(client, SELECTED)
            await asyncio.sleep(0.62)  # the first hunk is there, and not reported yet
            for letter in "new, ":
                type_at(client, "above", letter)
                await asyncio.sleep(0.3)
        assert client.text == "new, " + RESULT
        assert client.messages == []
        assert ending(session).outcome is OutcomeKind.DONE

    session.loop.run(story())


def test_changes_may_overtake_each_other(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helix sends each on its own. An edit must be meant for the newest version, not the last to arrive."""

    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            held: list[tuple[int, list[dict[str, Any]]]] = []
            with monkeypatch.context() as patch:
                patch.setattr(client, "report", lambda: held.append((client.version, client.take_changes())))
                type_at(client, "\nvoid", "x")
                type_at(client, "\nvoid", "y")
            for version, changes in reversed(held):
                params = {"textDocument": {"uri": client.uri, "version": version}, "contentChanges": changes}
                session.send(method="textDocument/didChange", params=params)
        assert client.text == RESULT.replace("above", "abovexy")
        assert client.messages == []

    session.loop.run(story())


@pytest.mark.parametrize("typing", [8, 14])
def test_a_hunk_that_is_reported_too_late_is_taken_back(session: Session, typing: int) -> None:
    """Whether the report comes before or after the server lost patience."""

    async def story() -> None:
        async with editing(session, TEXT, Habits(debounce=1.0, fails_when_stale=True)) as client:
            ask(client, SELECTED)
            await asyncio.sleep(0.62)  # the first hunk is there, and not reported yet
            for _ in range(2 * typing):
                type_at(client, "above", "x")
                await asyncio.sleep(0.5)
        typed = "x" * 2 * typing
        if typing < 10:
            assert client.text == typed + RESULT
        else:
            assert client.text == typed + TEXT
            assert ending(session).outcome is OutcomeKind.FAILED

    session.loop.run(story())


@pytest.mark.parametrize("where", ["b = ", "value(4)"])
def test_typing_inside_stops_and_keeps_what_was_typed(session: Session, where: str) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            type_at(client, where, "mine")
            typed = client.text
            await asyncio.sleep(1)
            assert session.worker.streams == 0, "the worker goes on for nobody"
        assert client.text == typed
        assert ending(session).outcome is OutcomeKind.CONFLICT
        assert "changed during its rewrite" in client.messages[0]

    session.loop.run(story())


@pytest.mark.parametrize("edge", [0, 1])
def test_typing_at_the_edge_is_ambiguous_and_stops(session: Session, edge: int) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            truth = client.truths["do"]
            place = (truth.start, truth.end)[edge]
            client.type(TextChange(place, place, "mine"))
            typed = client.text
        assert client.text == typed
        assert ending(session).outcome is OutcomeKind.CONFLICT

    session.loop.run(story())


def test_typing_inside_stops_even_if_nothing_more_was_to_come(session: Session) -> None:
    script(session, do=Script(FIRST, sizes=(3 * LINE, 100), pauses=(0.2, 5)))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            type_at(client, "b = ", "mine")
        assert ending(session).outcome is OutcomeKind.CONFLICT

    session.loop.run(story())


def test_an_undo_while_it_streams_stops_it(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            client.undo()
            assert client.text == TEXT
        assert client.text == TEXT
        assert ending(session).outcome is OutcomeKind.CONFLICT

    session.loop.run(story())


def test_saving_disturbs_nothing(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            client.save()
        assert client.text == RESULT

    session.loop.run(story())


def test_closing_ends_it_and_nobody_opens_the_document_again(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            edits = client.truths["do"].edits
            client.close()
        assert client.truths["do"].edits == edits
        assert "closed" in client.messages[0]
        assert "If you saved it" in client.messages[0]
        assert ending(session).outcome is OutcomeKind.CANCELLED

    session.loop.run(story())


def test_cancelling_restores_the_text_around_what_was_typed_elsewhere(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            type_at(client, "above", "mine\n")
            client.cancel()
            await asyncio.sleep(0.1)
            assert session.worker.streams == 0
        assert client.text == "mine\n" + TEXT
        assert ending(session).outcome is OutcomeKind.CANCELLED

    session.loop.run(story())


def test_cancelling_may_keep_what_is_there(session: Session) -> None:
    configure(session, stream={"onCancel": "keep"})

    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            kept = client.text
            client.cancel()
        assert client.text == kept
        assert ending(session).outcome is OutcomeKind.CANCELLED

    session.loop.run(story())


@pytest.mark.parametrize("breaks_after", [1, 3])
def test_a_worker_that_dies_costs_nothing(session: Session, breaks_after: int) -> None:
    script(session, do=Script(NEW, sizes=(LINE,), pauses=(0.2,), breaks_after=breaks_after))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, SELECTED)
            await asyncio.sleep(0.1)
            type_at(client, "above", "mine\n")
        assert client.text == "mine\n" + TEXT
        assert client.messages == ["The worker broke off."]
        assert ending(session).outcome is OutcomeKind.FAILED

    session.loop.run(story())


def test_an_edit_that_the_editor_refuses_is_reported(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT, Habits(refuses=frozenset({0}))) as client:
            ask(client, SELECTED)
        assert client.text == TEXT
        assert client.messages == ["The editor refused an edit: not in the mood."]
        assert ending(session).outcome is OutcomeKind.FAILED

    session.loop.run(story())


def test_an_edit_that_is_ignored_has_the_rest_taken_back(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT, Habits(ignores=frozenset({1, 2}))) as client:
            await rewriting(client)
        assert client.text == TEXT
        assert "does not read as it should" in client.messages[0]
        assert ending(session).outcome is OutcomeKind.FAILED

    session.loop.run(story())


def test_an_editor_that_does_not_take_it_back_is_named(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT, Habits(ignores=frozenset(range(1, 20)))) as client:
            await rewriting(client)
        assert "undo what is left of it" in client.messages[0]

    session.loop.run(story())


def _second(text: str, part: str) -> tuple[int, int]:
    start = text.rindex(part)
    return start, start + len(part)


def test_two_rewrites_side_by_side_both_stream(session: Session) -> None:
    script(
        session,
        one=Script(NEW + "more\n", sizes=(5,), pauses=(0.1,)),
        two=Script(NEW, sizes=(5,), pauses=(0.07,)),
    )

    async def story() -> None:
        async with editing(session, f"x\n{SELECTED}\n{SELECTED}y\n") as client:
            ask(client, SELECTED, "one")
            client.rewrite("two", *_second(client.text, SELECTED))
            await asyncio.sleep(0.3)
            assert session.worker.streams == 2
        assert client.text == f"x\n{NEW}more\n\n{NEW}y\n"

    session.loop.run(story())


def test_an_overlapping_one_is_refused_by_where_the_other_is_now(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            type_at(client, "above", "x\nx\n")
            ask(client, "b = value(2)", "another")
            await asyncio.sleep(0.1)
            assert client.messages == [
                f"Rewrite {next(iter(session.server.jobs._active))} is still working on lines 5 to 8 (do). "
                "Wait for it, or cancel it."
            ]
        assert client.text == "x\nx\n" + RESULT

    session.loop.run(story())


def test_a_client_that_cannot_check_versions_gets_one_edit(
    virtual_sessions: dict[Encoding, Session],
) -> None:
    session = Session(virtual_sessions[Encoding.UTF16].loop, Encoding.UTF16, checks_versions=False)
    script(session, do=SLOW)

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, SELECTED)
        assert client.text == RESULT
        assert client.truths["do"].edits == 1

    session.loop.run(story())


def test_a_shutdown_in_the_middle_takes_it_back(virtual_sessions: dict[Encoding, Session]) -> None:
    session = Session(virtual_sessions[Encoding.UTF16].loop, Encoding.UTF16)
    script(session, do=SLOW)

    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewriting(client)
            client.request("shutdown")
            await asyncio.sleep(5)
            assert client.text == TEXT
            client.is_open = False

    session.loop.run(story())
