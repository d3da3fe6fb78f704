"""Much at once: huge documents, very many of them, and questions without a pause while a rewrite streams."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from pygls.io_ import StdoutWriter

from specedit_lsp.evaluation.server_latency import read_memory
from specedit_lsp.evaluation.server_session import ServerSession, encode, running_server
from specedit_lsp.evaluation.server_worker import STAMP, server_with_this_worker
from specedit_lsp.lsp.server import create_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINE = "value = compute(value)  # é 🙂\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def session() -> AsyncIterator[ServerSession]:
    with server_with_this_worker() as command:
        async with running_server(command) as running:
            await running.initialize()
            yield running


def open_document(session: ServerSession, uri: str, text: str) -> None:
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    session.notify("textDocument/didOpen", {"textDocument": item})


def lines(first: int, last: int) -> dict[str, Any]:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}


def rewrite(uri: str, span: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "range": span, "instruction": "pause 5 ms", **more}


async def test_fifty_megabytes_are_opened_changed_and_rewritten_in(session: ServerSession) -> None:
    count = 50_000_000 // len(LINE.encode())
    uri = "file:///huge.py"
    open_document(session, uri, LINE * count)
    typed = {"range": lines(count - 1, count - 1), "text": "last = 1\n"}
    session.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [typed]},
    )
    expected = f"last = 1\n{LINE}"
    params = rewrite(uri, lines(count - 1, count + 1), expectedText=expected)
    answer = await session.request("specedit/rewriteRange", params, 60)
    assert answer["result"]["outcome"] == "done", answer
    first = answer["result"]["edits"][0]
    assert first["range"]["start"]["line"] == count - 1
    assert STAMP.search(first["newText"])
    session.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


async def test_a_thousand_open_documents_are_kept_apart(session: ServerSession) -> None:
    for number in range(1_000):
        open_document(session, f"file:///many/{number}.py", f"number = {number}\n" * 20)
    before = read_memory(session.pid)
    for number in (0, 500, 999):
        uri, text = f"file:///many/{number}.py", f"number = {number}\n" * 3
        params = rewrite(uri, lines(4, 7), expectedText=text)
        answer = await session.request("specedit/rewriteRange", params, 60)
        assert answer["result"]["outcome"] == "done", answer
    for number in range(1_000):
        session.notify("textDocument/didClose", {"textDocument": {"uri": f"file:///many/{number}.py"}})
    answer = await session.request("specedit/rewriteRange", rewrite("file:///many/0.py", lines(0, 3)))
    assert answer["error"]["data"]["reason"] == "documentNotOpen"
    assert before is None or before.unique < 300


async def test_questions_are_answered_while_a_rewrite_streams(session: ServerSession) -> None:
    """All of them, long before it ends. How fast is printed by `specedit bench server`."""
    uri = "file:///busy.py"
    open_document(session, uri, "".join(f"value_{number} = compute({number})\n" for number in range(600)))
    question = {"textDocument": {"uri": uri}, "range": lines(0, 1), "context": {"diagnostics": []}}
    params = rewrite(uri, lines(0, 600), partialResultToken="hunks", instruction="pause 100 ms")
    outcome = session.expect("busy")
    session.send(id="busy", method="specedit/rewriteRange", params=params)
    for _ in range(100):
        answer = await session.request("textDocument/codeAction", question)
        assert "refactor.rewrite.specedit" in {action["kind"] for action in answer["result"]}
    assert not outcome.done()
    session.notify("$/cancelRequest", {"id": "busy"})
    assert (await outcome)["error"]["code"] == -32800


async def test_a_client_that_never_pauses_holds_up_nothing() -> None:
    """Hunks and answers leave between its messages, however many came at once."""
    server = create_server()
    server.protocol.set_writer(StdoutWriter(io.BytesIO()))
    many = encode({"jsonrpc": "2.0", "method": "$/no/such"}) * 500

    async def chunks() -> AsyncIterator[bytes]:
        yield many

    reading = asyncio.create_task(server._read(chunks()))
    turns = 0
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 500
