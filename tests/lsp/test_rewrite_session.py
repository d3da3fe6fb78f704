"""Rewrites through the real server, over real stdio, by the real bundled model."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence

import pytest

from specedit_lsp.lsp.client import Buffer, Editor, RewriteRefused, running_editor
from specedit_lsp.lsp.messages import WireEdit
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.text.positions import Position, Range
from specedit_lsp.transport.local.found_worker import find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.messages import digest
from tests.conftest import RENAME

pytestmark = pytest.mark.asyncio(loop_scope="session")


def open_buffer(editor: Editor, name: str, text: str) -> Buffer:
    return editor.open(f"file:///work%20space/{name}.py", text)


def worker_pids() -> list[int]:
    return [found.record.process.pid for found in find_all(open_runtime_folder())]


async def test_the_bundled_model_can_rename(function: str, renamed: str) -> None:
    assert renamed == function.replace("result", "total")


async def test_a_rename_streams_into_the_document(editor: Editor, function: str, renamed: str) -> None:
    buffer = open_buffer(editor, "rename", f"import os\n\n\n{function}\n\nprint(result)\n")
    hunks: list[WireEdit] = []
    outcome = await editor.rewrite(buffer, buffer.range_of_lines(3, 11), RENAME, on_edits=hunks.extend)
    assert outcome.outcome == "done"
    assert buffer.text == f"import os\n\n\n{renamed}\n\nprint(result)\n"
    assert outcome.sha256 == digest(renamed)
    assert len(hunks) >= 2
    assert [edit.range.start.line for edit in hunks] == sorted(edit.range.start.line for edit in hunks)
    untouched = {line for line in function.splitlines() if line in renamed.splitlines()}
    assert not [line for edit in hunks for line in edit.new_text.splitlines() if line in untouched]


async def test_the_figures_add_up(editor: Editor, function: str) -> None:
    buffer = open_buffer(editor, "figures", function)
    stats = (await editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME)).stats
    accepted = sum(source.accepted for source in stats.sources.values())
    # Each forward brings what it accepted and one token of its own; the last of these is the stop token.
    assert stats.output_tokens + 1 <= accepted + stats.forwards <= stats.output_tokens + 2
    assert stats.forwards < stats.output_tokens / 2
    assert 0 < stats.first_text_seconds <= stats.seconds


async def test_drafting_changes_nothing_but_the_cost(
    editor: Editor, undrafted_editor: Editor, function: str
) -> None:
    texts, forwards = [], []
    for number, one in enumerate((editor, undrafted_editor)):
        buffer = open_buffer(one, f"exact{number}", function)
        result = await one.rewrite(buffer, buffer.range_of_lines(0, 8), "rename item to entry")
        texts.append(buffer.text)
        forwards.append(result.stats.forwards)
    assert texts[0] == texts[1] != function
    assert forwards[0] < forwards[1]


async def test_two_documents_at_once(editor: Editor, function: str, renamed: str) -> None:
    buffers = [open_buffer(editor, f"both{number}", function) for number in range(2)]
    await asyncio.gather(*(editor.rewrite(each, each.range_of_lines(0, 8), RENAME) for each in buffers))
    assert buffers[0].text == buffers[1].text == renamed


async def test_indented_code_with_crlf_and_no_final_newline(
    editor: Editor, function: str, renamed: str
) -> None:
    def as_method(code: str) -> str:
        inside = "".join(f"    {line}\r\n" for line in code.splitlines())
        return f"class Shop:\r\n{inside}".removesuffix("\r\n")

    buffer = open_buffer(editor, "crlf", as_method(function))
    await editor.rewrite(buffer, buffer.range_of_lines(1, 9), RENAME)
    assert buffer.text == as_method(renamed)


async def test_a_selection_within_a_line_leaves_the_rest_alone(editor: Editor) -> None:
    text = "🙂 = 1; value = compute(value, 2); after = 3\n"
    start = len("🙂 = 1; ".encode("utf-16-le")) // 2
    buffer = open_buffer(editor, "partial", text)
    end = start + len("value = compute(value, 2)")
    await editor.rewrite(buffer, Range(Position(0, start), Position(0, end)), "rename value to price")
    assert buffer.text.startswith("🙂 = 1; ")
    assert buffer.text.endswith("; after = 3\n")


async def test_a_cancelled_rewrite_stops_and_leaves_no_trace(undrafted_editor: Editor, function: str) -> None:
    editor = undrafted_editor
    buffer = open_buffer(editor, "cancel", function)

    def cancel(edits: Sequence[WireEdit]) -> None:
        editor.cancel("to-cancel")

    with pytest.raises(RewriteRefused) as refused:
        await editor.rewrite(
            buffer, buffer.range_of_lines(0, 8), RENAME, request_id="to-cancel", on_edits=cancel
        )
    assert refused.value.code == -32800
    assert buffer.text == function
    await editor.wait_until_ready()
    await editor.rewrite(buffer, buffer.range_of_lines(0, 1), "rename items to things")
    assert buffer.text != function


@pytest.mark.usefixtures("runtime_folder")
async def test_a_worker_that_dies_is_replaced(function: str, renamed: str) -> None:
    options = {"draft": {"sources": []}, "worker": {"idleMinutes": 0}}
    async with running_editor(options=options) as editor:
        await editor.wait_until_ready()
        buffer = open_buffer(editor, "killed", function)
        [worker] = worker_pids()

        def kill(edits: Sequence[WireEdit]) -> None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

        await editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME, on_edits=kill)
        assert buffer.text == renamed
        [other] = worker_pids()
        assert other != worker
        await editor.wait_until_ready()


async def test_typing_elsewhere_meanwhile_does_not_disturb(
    undrafted_editor: Editor, function: str, renamed: str
) -> None:
    buffer = open_buffer(undrafted_editor, "typing", function + "\nlast = 1\n")

    def type_below(edits: Sequence[WireEdit]) -> None:
        if not buffer.text.endswith("x = 2\n"):
            end = len(buffer.text)
            undrafted_editor.change(buffer, TextChange(end, end, "x = 2\n"))

    await undrafted_editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME, on_edits=type_below)
    assert buffer.text == renamed + "\nlast = 1\nx = 2\n"


async def test_a_file_of_ten_thousand_lines(editor: Editor, function: str, renamed: str) -> None:
    filler = "".join(f"value_{number} = {number}\n" for number in range(5_000))
    buffer = open_buffer(editor, "long", filler + function + filler)
    await editor.rewrite(buffer, buffer.range_of_lines(5_000, 5_008), RENAME)
    assert buffer.text == filler + renamed + filler


async def test_progress_is_shown_and_ended(editor: Editor, function: str) -> None:
    buffer = open_buffer(editor, "progress", function)
    seen = len(editor.progress)
    await editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME)
    kinds = [value["kind"] for value in editor.progress[seen:]]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"


@pytest.mark.usefixtures("runtime_folder")
async def test_loading_is_shown_in_percent_and_the_next_window_is_ready_at_once() -> None:
    async with running_editor(options={"worker": {"idleMinutes": 0}}) as editor:
        await editor.wait_until_ready()
        states = [status.state for status in editor.statuses]
        assert states[0] == "starting"
        assert states.index("loading") < states.index("ready")
        percents = [status.percent for status in editor.statuses if status.percent is not None]
        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert len(set(percents)) > 3
        shown = [value["percentage"] for value in editor.progress if value.get("percentage") is not None]
        assert shown == sorted(shown)
        assert len(set(shown)) > 3
        async with running_editor(options={"draft": {"sources": []}}) as other:
            await other.wait_until_ready()
            assert [status.state for status in other.statuses] == ["starting", "ready"]
            assert not other.progress
            assert len(worker_pids()) == 1


async def test_line_ends_of_the_hash_are_normalised(editor: Editor, function: str) -> None:
    buffer = open_buffer(editor, "hash", function.replace("\n", "\r\n"))
    result = await editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME)
    assert result.sha256 == digest(normalise_line_ends(buffer.text))
