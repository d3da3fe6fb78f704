"""The server tells what rewrites were like and what the next one would be."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from specedit_lsp.lsp.client import Editor, RewriteRefused
from specedit_lsp.lsp.inspection import Provenance, RewriteReport
from specedit_lsp.rewriting.records import JobLog, JobRecord, OutcomeKind
from specedit_lsp.text.positions import Encoding
from specedit_lsp.transport.messages import Origin, RewriteStats
from tests.conftest import RENAME

with_editor = pytest.mark.asyncio(loop_scope="session")

STATS = RewriteStats(
    prompt_tokens=9,
    output_tokens=40,
    forwards=4,
    seconds=2.0,
    first_text_seconds=0.5,
    plain_seconds=10.0,
    sources={},
)


def record(**values: Any) -> JobRecord:
    return JobRecord(
        **{"job_id": "1", "uri": "file:///a", "instruction": "do", "outcome": OutcomeKind.DONE, **values}
    )


async def ask(editor: Editor, method: str, params: Any) -> Any:
    return await editor.client.protocol.send_request_async(f"specedit/{method}", params)


def test_saved_time_is_that_of_plain_decoding_less_what_it_took() -> None:
    report = RewriteReport.of(record(stats=STATS)).to_wire()
    assert (report["tokensPerSecond"], report["savedSeconds"]) == (20.0, 8.0)
    unknown = STATS.model_copy(update={"plain_seconds": None})
    assert "savedSeconds" not in RewriteReport.of(record(stats=unknown)).to_wire()


def test_a_rewrite_that_failed_has_a_message_and_no_figures() -> None:
    report = RewriteReport.of(record(outcome=OutcomeKind.FAILED, message="no room")).to_wire()
    assert (report["outcome"], report["message"]) == ("failed", "no room")
    assert not {"stats", "tokensPerSecond", "savedSeconds"} & report.keys()


def test_provenance_covers_the_text_in_the_clients_units() -> None:
    text = "a😀b\nc\n"
    origins = (
        Origin(length=1, source="selection", forward=1),
        Origin(length=1, source="selection", forward=1),
        Origin(length=2, source="target", forward=1),
        Origin(length=2, source="target", forward=2),
    )
    provenance = Provenance.of(record(text=text, origins=origins), Encoding.UTF16)
    assert provenance is not None
    assert [
        (span.source, span.forward, span.range.start.line, span.range.start.character, span.range.end.line)
        for span in provenance.spans
    ] == [("selection", 1, 0, 0, 0), ("target", 1, 0, 3, 1), ("target", 2, 1, 0, 2)]


def test_provenance_that_does_not_cover_the_text_is_none() -> None:
    origins = (Origin(length=1, source="target", forward=1),)
    assert Provenance.of(record(text="ab", origins=origins), Encoding.UTF8) is None
    assert Provenance.of(record(), Encoding.UTF8) is None


def test_the_last_speed_is_that_of_a_rewrite_that_ended_well() -> None:
    log = JobLog([record(stats=STATS), record(outcome=OutcomeKind.CANCELLED)])
    assert log.tokens_per_second() == 20.0
    assert JobLog().tokens_per_second() is None


@with_editor
async def test_a_rewrite_is_reported(editor: Editor, function: str) -> None:
    buffer = editor.open("file:///reported.py", function)
    result = await editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME)
    report = await ask(editor, "stats", {"jobId": result.job_id})
    assert (report["uri"], report["instruction"], report["outcome"]) == (buffer.uri, RENAME, "done")
    assert report["stats"] == result.stats.model_dump(mode="json", by_alias=True)
    assert report["tokensPerSecond"] > 0
    assert (await ask(editor, "stats", None))["jobId"] == result.job_id
    assert (await ask(editor, "stats", {}))["jobId"] == result.job_id
    assert await ask(editor, "stats", {"jobId": "rewrite-0"}) is None
    assert (await ask(editor, "history", {}))["instructions"][0] == RENAME
    assert editor.statuses[-1].tokens_per_second is not None

    told = await ask(editor, "provenance", {"jobId": result.job_id})
    spans = told["spans"]
    assert spans[0]["range"]["start"] == {"line": 0, "character": 0}
    assert spans[-1]["range"]["end"] == {"line": 9, "character": 0}
    for one, next_one in itertools.pairwise(spans):
        assert one["range"]["end"] == next_one["range"]["start"]
    assert {"rewrite", "selection"} & {span["source"] for span in spans}


@with_editor
async def test_the_exact_prompt_is_shown(editor: Editor, function: str) -> None:
    buffer = editor.open("file:///prompt.py", function)
    where = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 14}}
    params = {"textDocument": {"uri": buffer.uri}, "range": where, "instruction": RENAME}
    shown = await ask(editor, "showPrompt", params)
    assert shown["prompt"] == f"<|edit|>{RENAME}<|code|>result = 0<|out|>"
    assert shown["model"] == "specedit-mini"
    assert 3 < shown["tokens"] < 40
    assert buffer.text == function


@with_editor
async def test_bad_questions_are_refused(editor: Editor) -> None:
    for method, params, reason in [
        ("stats", {"jobId": 3}, "invalidParams"),
        ("provenance", {"jobId": []}, "invalidParams"),
        ("showPrompt", {"textDocument": {"uri": "file:///a"}}, "invalidParams"),
        (
            "showPrompt",
            {
                "textDocument": {"uri": "file:///not-open"},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}},
                "instruction": "x",
            },
            "documentNotOpen",
        ),
    ]:
        with pytest.raises(JsonRpcException) as raised:
            await ask(editor, method, params)
        assert RewriteRefused(raised.value).reason == reason
