"""Clients that break the rules: requests are answered, nothing else has an effect, the session goes on."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter

from specedit_lsp.evaluation.server_session import ServerSession, encode, frame, running_server
from specedit_lsp.evaluation.server_worker import server_with_this_worker
from specedit_lsp.lsp.message_stream import Message
from specedit_lsp.lsp.protocol_fixes import MendedProtocol
from specedit_lsp.lsp.server import create_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

URI = "file:///robust.py"
SPAN = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
ACTION = {"textDocument": {"uri": URI}, "range": SPAN, "context": {"diagnostics": []}}
COMMAND = {"command": "specedit.rewriteRange"}
NOBODY: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
REWRITE = {"textDocument": {"uri": URI}, "range": SPAN, "instruction": "rename a to b"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def session() -> AsyncIterator[ServerSession]:
    with server_with_this_worker() as command:
        async with running_server(command) as running:
            await running.initialize()
            open_document(running, "a = 1\nb = 2\n")
            yield running


def open_document(session: ServerSession, text: str, uri: str = URI) -> None:
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    session.notify("textDocument/didOpen", {"textDocument": document})


async def answers_to(session: ServerSession, data: bytes) -> list[dict[str, Any]]:
    """The responses to what is sent by hand, by the time a question behind it is answered."""
    before = len(session.received)
    session.send_bytes(data)
    assert "error" in await session.request("specedit/rewriteRange", {})
    return [message for message in session.received[before:-1] if "method" not in message]


@pytest.mark.parametrize(
    "rubbish",
    [
        frame(b"{"),
        frame(b"NaN"),
        frame(b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}'),
        frame(b"[" * 100_000),
        b"Content-Length: x\r\n\r\n",
        b'{"jsonrpc": "2.0"}\n',
        b"Content-Length: 7\r\n\r\n{}",
        b"Content-Length: 1\r\n\r\n{}",
        b"Content-Length: 999999999999\r\n\r\n{}",
    ],
)
async def test_what_cannot_be_read_is_answered_as_such(session: ServerSession, rubbish: bytes) -> None:
    [answer] = await answers_to(session, rubbish)
    assert answer["error"]["code"] == -32700
    assert "id" in answer
    assert answer["id"] is None


@pytest.mark.parametrize(
    ("message", "code", "msg_id"),
    [
        ([], -32600, None),
        ([{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}], -32600, None),
        (5, -32600, None),
        (None, -32600, None),
        ({"id": 7, "method": "shutdown"}, -32600, 7),
        ({"jsonrpc": "1.0", "id": 7, "method": "shutdown"}, -32600, 7),
        ({"jsonrpc": "2.0", "id": 7}, -32600, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": None}, -32600, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": ["shutdown"]}, -32600, 7),
        ({"jsonrpc": "2.0", "id": None, "method": "shutdown"}, -32600, None),
        ({"jsonrpc": "2.0", "id": True, "method": "shutdown"}, -32600, None),
        ({"jsonrpc": "2.0", "id": 1.5, "method": "shutdown"}, -32600, None),
        ({"jsonrpc": "2.0", "id": [1], "method": "shutdown"}, -32600, None),
        ({"jsonrpc": "2.0", "id": 7, "method": "no/such"}, -32601, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "$/no/such", "params": {}}, -32601, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "workspace/applyEdit", "params": {}}, -32601, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "textDocument/didOpen", "params": {}}, -32600, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "initialize", "params": {"capabilities": {}}}, -32600, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "textDocument/codeAction"}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "textDocument/codeAction", "params": 5}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "textDocument/codeAction", "params": []}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "specedit/rewriteRange"}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "specedit/rewriteRange", "params": []}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "specedit/rewriteRange", "params": "x"}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 7, "method": "workspace/executeCommand", "params": COMMAND}, -32602, 7),
        ({"jsonrpc": "2.0", "id": 2**70, "method": "no/such"}, -32601, 2**70),
        ({"jsonrpc": "2.0", "id": "\ud800é", "method": "no/such"}, -32601, "\ud800é"),
        ({"jsonrpc": "2.0", "id": "", "method": "no/such"}, -32601, ""),
    ],
)
async def test_a_request_that_is_no_good_is_answered(
    session: ServerSession, message: object, code: int, msg_id: object
) -> None:
    # As a client may write it: JSON keeps half a surrogate pair as an escape.
    data = encode(message) if "\ud800" not in str(message) else frame(_ascii(message))
    [answer] = await answers_to(session, data)
    assert (answer["error"]["code"], answer["id"]) == (code, msg_id)
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "method": "no/such"},
        {"jsonrpc": "2.0", "method": "$/no/such"},
        {"jsonrpc": "2.0", "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "specedit/rewriteRange", "params": REWRITE},
        {"jsonrpc": "1.0", "method": "textDocument/didOpen"},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 5}},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": None},
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didClose",
            "params": {"textDocument": {"uri": "file:///?"}},
        },
        {"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": {}}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": []}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 99}},
        {"jsonrpc": "2.0", "id": 99, "result": None},
        {"jsonrpc": "2.0", "id": [], "result": None},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "what?"}},
        {"jsonrpc": "2.0", "id": 99, "error": 1},
    ],
)
async def test_what_asks_for_no_answer_gets_none_and_bothers_nobody(
    session: ServerSession, message: dict[str, Any]
) -> None:
    before = len(session.received)
    assert await answers_to(session, encode(message)) == []
    shown = [one for one in session.received[before:] if one.get("method") == "window/showMessage"]
    assert shown == []


async def test_a_message_within_a_message_is_only_data(session: ServerSession) -> None:
    """pygls takes any object with a member `jsonrpc` for a message, however deep it lies."""
    inner = {"jsonrpc": "2.0", "id": 70, "method": "textDocument/codeAction"}
    command = {"command": "no such command", "arguments": [inner]}
    data = encode({"jsonrpc": "2.0", "id": 71, "method": "workspace/executeCommand", "params": command})
    [answer] = await answers_to(session, data)
    assert (answer["id"], answer["error"]["code"]) == (71, -32602)


async def test_an_id_that_is_under_way_is_refused_and_the_first_goes_on(session: ServerSession) -> None:
    open_document(session, "a = 1\n" * 9, "file:///twice.py")
    params = {**REWRITE, "textDocument": {"uri": "file:///twice.py"}, "instruction": "wait 200 ms"}
    slow = encode({"jsonrpc": "2.0", "id": "twice", "method": "specedit/rewriteRange", "params": params})
    again = {"jsonrpc": "2.0", "id": "twice", "method": "textDocument/codeAction", "params": ACTION}
    # A reply under that id is none of the server's business either; pygls would end the request with it.
    reply = {"jsonrpc": "2.0", "id": "twice", "result": None}
    [refused] = await answers_to(session, slow + encode(again) + encode(reply))
    assert refused["error"]["code"] == -32600
    assert "twice" in refused["error"]["message"]
    assert (await session.expect("twice"))["result"]["outcome"] == "done"


@pytest.mark.parametrize(
    "reply", [{"result": 5}, {"result": [[]]}, {"error": "no"}, {"error": {"code": "x"}}]
)
async def test_a_reply_that_does_not_fit_ends_the_wait_for_it(reply: dict[str, Any]) -> None:
    """pygls drops it, and a rewrite waits for what will not come."""
    protocol = quiet_protocol()
    params = types.ApplyWorkspaceEditParams(types.WorkspaceEdit())
    waiting = protocol.send_request(types.WORKSPACE_APPLY_EDIT, params, msg_id="ours")
    protocol.receive(Message({"jsonrpc": "2.0", "id": "ours", **reply}))
    with pytest.raises(JsonRpcException, match="does not fit"):
        waiting.result(timeout=0)


async def test_nobody_cancels_the_requests_of_the_server() -> None:
    """pygls keeps them with those of the client, under the ids that both chose."""
    protocol = quiet_protocol()
    protocol.receive(Message({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": NOBODY}))
    waiting = protocol.send_request(types.WORKSPACE_APPLY_EDIT, None, msg_id="ours")
    protocol.receive(Message({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "ours"}}))
    assert not waiting.done()


async def test_a_keystroke_leaves_nothing_behind() -> None:
    """pygls keeps a future for each notification as long as it runs."""
    protocol = quiet_protocol()
    protocol.receive(Message({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": NOBODY}))
    await asyncio.sleep(0.1)
    item = {"uri": URI, "languageId": "python", "version": 1, "text": ""}
    opened = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}
    protocol.receive(Message(opened))
    for version in range(2, 20):
        typed = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": "x"}]}
        protocol.receive(Message({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": typed}))
    assert protocol.workspace.text_documents[URI].version == 19
    assert protocol._request_futures == {}


def quiet_protocol() -> MendedProtocol:
    """A server's protocol without a client."""
    protocol = create_server().protocol
    protocol.set_writer(StdoutWriter(io.BytesIO()))
    return protocol


async def test_a_change_that_does_not_fit_is_not_guessed_at(session: ServerSession) -> None:
    """The server's copy is wrong from then on: it says so, and rewrites nothing by it."""
    uri = "file:///lost.py"
    open_document(session, "a = 1\n", uri)
    beyond = {"start": {"line": 50, "character": 0}, "end": {"line": 50, "character": 0}}
    session.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"range": beyond, "text": "x"}]},
    )
    answer = await session.request("specedit/rewriteRange", {**REWRITE, "textDocument": {"uri": uri}})
    assert answer["error"]["data"]["reason"] == "documentNotOpen"
    [shown] = [one for one in session.received if one.get("method") == "window/showMessage"]
    assert "reopen it" in shown["params"]["message"]


@pytest.mark.parametrize("wrong", [{"text": 5}, {"languageId": True}, {"uri": None}, {"text": ["a"]}])
async def test_a_document_of_wrong_types_is_not_opened(session: ServerSession, wrong: dict[str, Any]) -> None:
    """It would fail later, and somewhere else."""
    item = {"uri": "file:///wrong.py", "languageId": "python", "version": 1, "text": "a = 1\n", **wrong}
    session.notify("textDocument/didOpen", {"textDocument": item})
    params = {**REWRITE, "textDocument": {"uri": "file:///wrong.py"}}
    answer = await session.request("specedit/rewriteRange", params)
    assert answer["error"]["data"]["reason"] == "documentNotOpen"


async def test_nothing_is_done_before_initialize_and_after_shutdown() -> None:
    async with running_server() as session:
        early = await session.request("textDocument/codeAction", ACTION)
        assert early["error"]["code"] == -32002
        open_document(session, "dropped")
        assert "result" in await session.initialize()
        again = await session.request("initialize", {"processId": None, "capabilities": {}})
        assert again["error"]["code"] == -32600
        assert "result" in await session.request("shutdown")
        late = await session.request("textDocument/codeAction", ACTION)
        assert late["error"]["code"] == -32600
        assert (await session.request("shutdown"))["error"]["code"] == -32600


def _ascii(message: object) -> bytes:
    return json.dumps(message).encode()
