"""`specedit/renames`, and a likely text that comes with a rewrite."""

from __future__ import annotations

from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from specedit_lsp.lsp.client import Editor, RewriteRefused
from specedit_lsp.lsp.messages import MOST_LIKELY
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import position_at
from tests.conftest import RENAME

pytestmark = pytest.mark.asyncio(loop_scope="session")

URI = "file:///renames.py"
FUNCTION_RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}


async def ask(editor: Editor, method: str, **changes: Any) -> Any:
    params = {"textDocument": {"uri": URI}, "range": FUNCTION_RANGE, "instruction": RENAME, **changes}
    return await editor.client.protocol.send_request_async(f"specedit/{method}", params)


@pytest.mark.parametrize("before", ["", "é; 😀 = 1; "])
async def test_a_name_is_located_in_the_clients_units(editor: Editor, before: str) -> None:
    text = f"print()\n    {before}result = 0\n"
    editor.open(URI, text)
    where = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    place = position_at(Lines(text), text.index("result"), editor.encoding)
    assert await ask(editor, "renames", range=where) == {
        "renames": [{"position": {"line": 1, "character": place.character}, "newName": "total"}]
    }
    assert await ask(editor, "renames", range=where, instruction="add type hints") == {"renames": []}


@pytest.mark.parametrize("likely", ["", "no such text", "def total_price():\n    return total\n" * 50])
async def test_a_likely_text_changes_nothing_of_the_result(
    editor: Editor, function: str, likely: str
) -> None:
    buffer = editor.open(URI, function)
    plain = await ask(editor, "rewriteRange")
    result = await ask(editor, "rewriteRange", likelyText=likely)
    assert (result["edits"], result["sha256"]) == (plain["edits"], plain["sha256"])
    regions = [{"range": FUNCTION_RANGE, "likelyText": likely}]
    result = await ask(editor, "rewriteRange", range=None, regions=regions)
    assert result["edits"] == plain["edits"]
    assert buffer.text == function


@pytest.mark.parametrize(
    ("method", "changes", "words"),
    [
        ("rewriteRange", {"likelyText": "x" * (MOST_LIKELY + 1)}, "likelyText"),
        ("rewriteRange", {"likelyText": 3}, "likelyText"),
        (
            "rewriteRange",
            {"range": None, "regions": [{"range": FUNCTION_RANGE}], "likelyText": "x"},
            "leave these out",
        ),
        ("renames", {"instruction": None}, "instruction"),
        ("renames", {"range": None}, "range"),
    ],
)
async def test_what_is_wrong_is_said(
    editor: Editor, function: str, method: str, changes: dict[str, Any], words: str
) -> None:
    editor.open(URI, function)
    with pytest.raises(JsonRpcException) as refused:
        await ask(editor, method, **changes)
    assert RewriteRefused(refused.value).reason == "invalidParams"
    assert words in refused.value.message
