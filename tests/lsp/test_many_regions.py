"""One instruction for several regions, and instructions that add to earlier ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from specedit_lsp.rewriting.records import OutcomeKind
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.transport.messages import Event, Reason, RewriteOrder, digest
from tests.lsp.model.client import ModelClient
from tests.lsp.model.scripted_worker import Script, ScriptedWorker
from tests.lsp.model.session import Session
from tests.lsp.model.story import answer, editing, ending, script

TEXT = "one = 1\n\ntwo = 2\n\nthree = 3\n"
PARTS = ("one = 1\n", "two = 2\n", "three = 3\n")


def regions(client: ModelClient, *parts: str) -> list[dict[str, Any]]:
    found = []
    for part in parts:
        start = client.text.index(part)
        found.append({"range": client.range_of(start, start + len(part)), "expectedText": part})
    return found


async def rewrite(client: ModelClient, parts: Sequence[str] = PARTS, **more: Any) -> Any:
    """Ask for these regions."""
    return await answer(
        client,
        "specedit/rewriteRange",
        textDocument={"uri": client.uri, "version": client.version},
        **{"instruction": "do", "regions": regions(client, *parts), **more},
    )


@pytest.fixture
def scripts() -> dict[str, Script]:
    """What the worker makes of each part: the second breaks off in the middle."""
    lines = "".join(f"more({number})\n" for number in range(20))
    half_done = Script(
        "two = 20\n" + lines, sizes=(150, 5), pauses=(0, 0.1), breaks_after=2, reason=Reason.OUTPUT_CUT_OFF
    )
    return {"one = 1\n": Script("one = 10\n"), "two = 2\n": half_done, "three = 3\n": Script("three = 30\n")}


@pytest.fixture
def worker(session: Session, scripts: dict[str, Script], monkeypatch: pytest.MonkeyPatch) -> ScriptedWorker:
    """A worker that goes by the selection."""
    worker = ScriptedWorker()

    async def answer_by_selection(order: RewriteOrder) -> AsyncIterator[Event]:
        worker.scripts = {order.instruction: scripts[order.selection]}
        async for event in ScriptedWorker.rewrite(worker, order):
            yield event

    monkeypatch.setattr(worker, "rewrite", answer_by_selection)
    monkeypatch.setattr(session.server, "worker", worker)
    return worker


def test_each_region_has_its_own_outcome(session: Session, worker: ScriptedWorker) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            result = await rewrite(client)
            kinds = [region["outcome"] for region in result["regions"]]
            assert (result["outcome"], kinds) == ("done", ["done", "failed", "done"])
            assert result["regions"][0]["sha256"] == digest("one = 10\n")
            assert result["regions"][1]["reason"] == "outputCutOff"
            assert "sha256" not in result
            assert result["stats"]["forwards"] == 2
            assert _apply(client, result["edits"]) == "one = 10\n\ntwo = 2\n\nthree = 30\n"
        assert [order.selection for order in worker.orders] == [*PARTS]
        assert ending(session).outcome is OutcomeKind.DONE
        assert "broke off" in ending(session).message

    session.loop.run(story())


def test_they_are_worked_on_in_the_order_of_the_document(session: Session, worker: ScriptedWorker) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            await rewrite(client, PARTS[::-1])
        assert [order.selection for order in worker.orders] == [*PARTS]

    session.loop.run(story())


def test_partial_results_stay_in_order_and_say_what_to_restore(
    session: Session, worker: ScriptedWorker
) -> None:
    async def story() -> None:
        partials: list[dict[str, Any]] = []
        async with editing(session, TEXT) as client:
            client.on_partial = lambda token, value: partials.append(value)
            result = await rewrite(client, partialResultToken="p")
            assert result["edits"] == []
            [restored] = [partial["restore"] for partial in partials if partial.get("restore")]
            assert restored == [result["regions"][1]["range"]]
            assert [partial["seq"] for partial in partials] == [*range(len(partials))]
            edits = [edit for partial in partials for edit in partial["edits"]]
            assert _apply(client, edits).startswith("one = 10\n\ntwo = 20\nmore(0)\n")
            kept = [edit for edit in edits if edit["range"]["start"]["line"] not in (2, 3)]
            assert _apply(client, kept) == "one = 10\n\ntwo = 2\n\nthree = 30\n"

    session.loop.run(story())


def test_a_region_that_failed_before_its_first_hunk_needs_no_restoring(
    session: Session, worker: ScriptedWorker, scripts: dict[str, Script]
) -> None:
    async def story() -> None:
        partials: list[dict[str, Any]] = []
        async with editing(session, TEXT) as client:
            client.on_partial = lambda token, value: partials.append(value)
            scripts["two = 2\n"] = Script("x", breaks_after=0)
            result = await rewrite(client, partialResultToken="p")
            assert result["regions"][1]["outcome"] == "failed"
        assert not [partial for partial in partials if "restore" in partial]

    session.loop.run(story())


def test_where_all_fail_the_request_fails(session: Session, worker: ScriptedWorker) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            error = await rewrite(client, PARTS[1:2])
            assert (error["code"], error["data"]["reason"]) == (-32803, "outputCutOff")

    session.loop.run(story())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"regions": []}, "say what to rewrite"),
        (
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}},
            "leave these out",
        ),
        ({"expectedText": "x"}, "leave these out"),
        ({"refines": "rewrite-0"}, "no rewrite rewrite-0 to refine"),
    ],
)
def test_what_cannot_be_meant_is_refused(session: Session, more: dict[str, Any], words: str) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            error = await rewrite(client, **more)
            assert (error["code"], error["data"]["reason"]) == (-32602, "invalidParams")
            assert words in error["message"]

    session.loop.run(story())


def test_overlapping_regions_are_refused(session: Session) -> None:
    async def story() -> None:
        async with editing(session, TEXT) as client:
            error = await rewrite(client, ["one = 1\n\n", "\n\ntwo"])
            assert error["data"]["reason"] == "invalidParams"
            assert "overlap in line 1" in error["message"]

    session.loop.run(story())


def test_regions_that_touch_are_whole_pages_of_one_document(session: Session, worker: ScriptedWorker) -> None:
    async def story() -> None:
        async with editing(session, "one = 1\nthree = 3\n") as client:
            result = await rewrite(client, ["one = 1\n", "three = 3\n"])
            assert _apply(client, result["edits"]) == "one = 10\nthree = 30\n"

    session.loop.run(story())


def test_an_instruction_adds_to_the_one_it_refines(session: Session) -> None:
    script(session, first=Script("one = 10\n"), **{"first\nsecond": Script("one = 11\n")})

    async def story() -> None:
        async with editing(session, TEXT) as client:
            first = await rewrite(client, PARTS[:1], instruction="first")
            second = await rewrite(client, PARTS[:1], instruction="second", refines=first["jobId"])
            assert _apply(client, second["edits"]).startswith("one = 11\n")
        assert session.worker.orders[-1].instruction == "first\nsecond"
        assert ending(session, "first\nsecond").job_id == second["jobId"]

    session.loop.run(story())


def _apply(client: ModelClient, edits: Sequence[dict[str, Any]]) -> str:
    """The buffer with edits of its present version."""
    changes = [
        TextChange(
            client.offset(edit["range"]["start"]), client.offset(edit["range"]["end"]), edit["newText"]
        )
        for edit in edits
    ]
    return apply_changes(client.text, changes)
