"""Requests that cannot be carried out: a reason from a closed list, a message that says what to do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from specedit_lsp.lsp.client import Editor, RewriteRefused
from specedit_lsp.lsp.messages import REWRITE_RANGE
from specedit_lsp.text.positions import Position, Range

pytestmark = pytest.mark.asyncio(loop_scope="session")

URI = "file:///refused.py"
SPAN = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}


async def refusal(editor: Editor, **changes: Any) -> JsonRpcException:
    """The error that a sound request gets after some of its fields were changed."""
    params = {
        "textDocument": {"uri": URI, "version": 0},
        "range": SPAN,
        "instruction": "rename a to b",
        **changes,
    }
    with pytest.raises(JsonRpcException) as refused:
        await asyncio.wait_for(editor.client.protocol.send_request_async(REWRITE_RANGE, params), 30)
    return refused.value


@pytest.fixture(autouse=True)
def document(editor: Editor, function: str) -> str:
    editor.open(URI, function)
    return function


@pytest.mark.parametrize(
    ("changes", "code", "reason", "words"),
    [
        ({"instruction": ""}, -32602, "emptyInstruction", "say what should change"),
        ({"instruction": " \n\t"}, -32602, "emptyInstruction", "say what should change"),
        ({"instruction": None}, -32602, "invalidParams", "instruction"),
        ({"range": {"start": {"line": "x"}}}, -32602, "invalidParams", "range.start.line"),
        ({"textDocument": {}}, -32602, "invalidParams", "textDocument.uri"),
        ({"textDocument": {"uri": URI, "version": 7}}, -32801, "versionMismatch", "version 7"),
        ({"textDocument": {"uri": "file:///no.py", "version": 0}}, -32803, "documentNotOpen", "open it"),
        ({"expectedText": "something else"}, -32801, "expectedTextMismatch", "differently"),
        (
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}},
            -32602,
            "rangeOutOfBounds",
            "line 99 of a document of 10 lines",
        ),
        (
            {"range": {"start": {"line": 3, "character": 0}, "end": {"line": 1, "character": 0}}},
            -32602,
            "invalidParams",
            "before its start",
        ),
        (
            {"range": {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 2}}},
            -32602,
            "emptySelection",
            "select the code",
        ),
    ],
)
async def test_what_is_wrong_is_said(
    editor: Editor, changes: dict[str, Any], code: int, reason: str, words: str
) -> None:
    error = await refusal(editor, **changes)
    assert error.code == code
    assert error.data == {"reason": reason}
    assert words in error.message


async def test_params_that_are_no_object(editor: Editor) -> None:
    with pytest.raises(JsonRpcException) as refused:
        await asyncio.wait_for(editor.client.protocol.send_request_async(REWRITE_RANGE, [1, 2]), 30)
    assert refused.value.code == -32602


async def test_a_selection_longer_than_the_context_names_both_numbers(editor: Editor) -> None:
    text = "".join(f"value_{number} = compute(value_{number}, {number})\n" for number in range(400))
    buffer = editor.open("file:///too_long.py", text)
    with pytest.raises(RewriteRefused, match=r"needs about \d+,\d{3} tokens .* reads 2,048") as refused:
        await editor.rewrite(buffer, buffer.range_of_lines(0, 399), "rename compute to estimate")
    assert refused.value.reason == "rangeTooLong"
    assert buffer.text == text


async def test_overlapping_rewrites_are_refused_naming_the_other(
    undrafted_editor: Editor, function: str
) -> None:
    editor = undrafted_editor
    buffer = editor.open("file:///overlap.py", function + "\n" + function)
    first = asyncio.create_task(editor.rewrite(buffer, buffer.range_of_lines(0, 8), "rename result to total"))
    await asyncio.sleep(0.05)
    with pytest.raises(
        RewriteRefused, match=r"Rewrite rewrite-\d+ is still working on lines 1 to 9"
    ) as refused:
        await editor.rewrite(buffer, Range(Position(4, 0), Position(12, 0)), "rename result to total")
    assert refused.value.reason == "overlappingRewrite"
    await first


async def test_closing_the_document_ends_its_rewrite(undrafted_editor: Editor, function: str) -> None:
    editor = undrafted_editor
    buffer = editor.open("file:///closed.py", function)
    rewrite = asyncio.create_task(
        editor.rewrite(buffer, buffer.range_of_lines(0, 8), "rename result to total")
    )
    await asyncio.sleep(0.05)
    editor.close(buffer)
    with pytest.raises(RewriteRefused) as refused:
        await rewrite
    assert refused.value.code == -32802
    assert refused.value.reason == "documentClosed"
