"""What users complain of in tools of this kind, each complaint as a test of what protects them from it here.

The prompt, the filter of the answer, indentation and loading have theirs in tests/prompting and tests/worker.
"""

from __future__ import annotations

import asyncio

import pytest

from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.positions import Encoding
from specedit_lsp.transport.messages import Reason
from tests.lsp.model.client import Habits
from tests.lsp.model.scripted_worker import Script
from tests.lsp.model.session import Session
from tests.lsp.model.story import answer, ask, configure, editing, ending, script, type_at

LINES = "".join(f"value_{number} = compute({number})\n" for number in range(8))
NEW = LINES.replace("compute(0)", "estimate(0)").replace("compute(7)", "estimate(7)")
TEXT = f"import os\r\n\f\u2028\n{LINES}# 🙂 the end"
SLOW = Script(NEW, sizes=(22,), pauses=(0.1,))


def test_nothing_but_the_selection_is_rewritten(session: Session) -> None:
    """Complaint 1: the whole file is rewritten. Here the model answers with a file, for a part of a line."""
    script(session, do=Script("import sys\nprint(1)\n\n\nanother file\n"))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, "compute(3)")
        before, after = TEXT.split("compute(3)")
        assert client.text.startswith(before)
        assert client.text.endswith(after)

    session.loop.run(story())


def test_one_undo_takes_an_atomic_rewrite_back(session: Session) -> None:
    """Complaint 7: undo goes back in crumbs. A client without our plugin can have the rewrite as one edit."""
    configure(session, stream={"mode": "atomic"})
    script(session, do=SLOW)

    async def story() -> None:
        async with editing(session, TEXT, Habits(reports="full")) as client:
            ask(client, LINES)
        assert client.text == TEXT.replace(LINES, NEW)
        assert client.truths["do"].edits == 1

    session.loop.run(story())


def test_hunks_land_where_typing_above_has_moved_the_code(session: Session) -> None:
    """Complaint 8: edits land lines away from where they belong once something was typed above."""
    script(session, do=SLOW)

    async def story() -> None:
        async with editing(session, TEXT, Habits(latency=0.02)) as client:
            ask(client, LINES)
            for _ in range(30):
                await asyncio.sleep(0.03)
                client.type(TextChange(0, 0, "# more\n"))
        assert client.text == "# more\n" * 30 + TEXT.replace(LINES, NEW)

    session.loop.run(story())


def test_cancelling_spares_what_the_user_typed_meanwhile(session: Session) -> None:
    """Complaint 9: rejecting restores a snapshot, and the user's own edits are gone."""
    script(session, do=SLOW)

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, LINES)
            await asyncio.sleep(0.55)
            assert client.text != TEXT
            type_at(client, "import os", "import re\n")
            type_at(client, "🙂 the end", "mine ")
            client.cancel()
        assert client.text == TEXT.replace("import os", "import re\nimport os").replace("🙂", "mine 🙂")

    session.loop.run(story())


@pytest.mark.parametrize("reason", [Reason.WORKER_CRASHED, Reason.OUTPUT_CUT_OFF, Reason.EMPTY_OUTPUT])
def test_a_failure_leaves_no_half_of_a_rewrite(session: Session, reason: Reason) -> None:
    """Complaint 10: a request that failed wiped the selection, or applied half, and said nothing."""
    script(session, do=Script(NEW, sizes=(22,), pauses=(0.1,), breaks_after=6, reason=reason))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, LINES)
            await asyncio.sleep(0.55)
            assert client.text != TEXT
        assert client.text == TEXT
        assert client.messages == ["The worker broke off."]
        assert ending(session).outcome is OutcomeKind.FAILED

    session.loop.run(story())


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_first_and_last_lines_and_whole_documents_stay_in_step(
    virtual_sessions: dict[Encoding, Session], encoding: Encoding, end: str
) -> None:
    """Complaint 11: at the edges of a document, its server's copy drifts from the buffer."""
    session = virtual_sessions[encoding]
    text = f"é🙂 = 1\nb = 2\n🙂 = 3{end}"
    new = text.replace("1", "🙂").replace("3", "é\nmore")
    for start, stop in [(0, len(text)), (0, text.index("\n")), (text.index("🙂 = 3"), len(text))]:
        script(session, do=Script(new[start:].removesuffix(end) + "\n" * bool(end)))

        async def story(start: int = start, stop: int = stop) -> None:
            async with editing(session, text) as client:
                client.rewrite("do", start, stop)
                await asyncio.sleep(5)
                document = session.server.exact_workspace.find(client.uri)
                assert document is not None
                assert document.source == client.text != text

        session.loop.run(story())


def test_a_client_whose_copy_differs_is_told_so(session: Session) -> None:
    """Complaint 11 again: better refused than applied to another text."""

    async def story() -> None:
        async with editing(session, TEXT) as client:
            error = await answer(
                client,
                "specedit/rewriteRange",
                textDocument={"uri": client.uri, "version": client.version},
                range=client.range_of(0, 9),
                expectedText="import sys",
                instruction="do",
            )
            assert error["data"]["reason"] == "expectedTextMismatch"

    session.loop.run(story())


@pytest.mark.parametrize(("mode", "edits"), [("line", 3), ("hunk", 2), ("atomic", 1)])
def test_other_servers_are_spared_needless_changes(session: Session, mode: str, edits: int) -> None:
    """Complaint 13: each streamed word upsets other language servers. Unchanged lines are never sent."""
    configure(session, stream={"mode": mode, "coalesceMilliseconds": 2000})
    old = "".join(f"value_{number} = compute({number})\n" for number in range(12))
    new = old
    for number in (0, 4, 8):
        new = new.replace(f"compute({number})", f"estimate({number})")
    script(session, do=Script(new, sizes=(23,), pauses=(0.1,)))

    async def story() -> None:
        async with editing(session, old) as client:
            ask(client, old)
            await asyncio.sleep(5)
            assert client.truths["do"].edits == edits
            assert len(client.undos) == 3
            assert all("compute" in change.text for _, change in client.undos)
        assert client.text == new

    session.loop.run(story())


def test_waiting_is_shown_at_once_and_can_be_cancelled(session: Session) -> None:
    """Complaint 14: nobody can tell whether it is stuck, or stop it."""
    script(session, do=Script(NEW, pauses=(30,), ahead=2))

    async def story() -> None:
        async with editing(session, TEXT) as client:
            ask(client, LINES)
            await asyncio.sleep(0.05)
            assert [*client.begun.values()] == ["do"]
            await asyncio.sleep(0.5)
            assert client.reports == ["waiting, 2 ahead", "waiting, 1 ahead"]
            assert session.worker.streams == 1
            client.cancel()
            await asyncio.sleep(0.05)
            assert session.worker.streams == 0
            assert client.begun == {}
        assert client.text == TEXT

    session.loop.run(story())


def test_a_line_taken_apart_gets_the_documents_line_ends(session: Session) -> None:
    """Complaint 18: bare newlines in a document of another system, and a final newline that comes or goes."""
    script(session, do=Script("a = 1\nb = 2"))

    async def story() -> None:
        async with editing(session, "x\r\na, b = 1, 2\r\ny") as client:
            ask(client, "a, b = 1, 2")
        assert client.text == "x\r\na = 1\r\nb = 2\r\ny"

    session.loop.run(story())


def test_a_selection_within_a_line_is_exact_behind_an_emoji(session: Session) -> None:
    """Complaint 19: selections within a line are widened or shifted."""
    script(session, do=Script("new"))

    async def story() -> None:
        async with editing(session, "🙂🙂 = old; 🙂\n") as client:
            ask(client, "old")
        assert client.text == "🙂🙂 = new; 🙂\n"

    session.loop.run(story())


def test_a_selection_of_nothing_is_refused_with_words(session: Session) -> None:
    """Complaint 19 again: odd selections do odd things in silence."""

    async def story() -> None:
        async with editing(session, TEXT) as client:
            client.rewrite("do", 9, 11)
        assert client.messages == ["The selection is empty: select the code to change."]
        assert client.text == TEXT

    session.loop.run(story())
