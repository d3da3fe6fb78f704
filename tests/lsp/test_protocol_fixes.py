"""The faults of pygls 2.1 that we mend. Each test fails with pygls alone, over real stdio."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from specedit_lsp.lsp.client import SERVER_COMMAND, Editor, running_editor
from specedit_lsp.lsp.documents import ExactDocument
from specedit_lsp.text.line_edits import TextChange

NO_MODEL = {"model": {"path": "/no/such/model"}}


# Our server, with a handler that crashes and a command that takes its time.
TROUBLED_SERVER = (
    sys.executable,
    "-c",
    """
import asyncio
from specedit_lsp.lsp.server import create_server

server = create_server()

@server.feature("test/crash")
def crash(params):
    1 / 0

@server.command("test.sleep")
async def sleep():
    await asyncio.sleep(60)

server.start_io()
""",
)


class RawClient:
    """Speaks the base protocol by hand, so that it can say what no client library would."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self._in, self._out = process, process.stdin, process.stdout
        self.seen: list[dict[str, Any]] = []

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def read(self) -> dict[str, Any]:
        length = 0
        while (header := await self._out.readline()).strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        message: dict[str, Any] = json.loads(await self._out.readexactly(length))
        self.seen.append(message)
        return message

    async def answer_to(self, number: int) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                message = await self.read()
                if message.get("id") == number and "method" not in message:
                    return message

    async def request_from_server(self, method: str) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                message = await self.read()
                if message.get("method") == method and "id" in message:
                    return message


@asynccontextmanager
async def raw_client(
    *, capabilities: dict[str, Any] | None = None, command: Sequence[str] = SERVER_COMMAND
) -> AsyncIterator[RawClient]:
    """A client by hand with an initialised server."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    client = RawClient(process)
    params = {"processId": None, "capabilities": capabilities or {}, "initializationOptions": NO_MODEL}
    client.send(id=1, method="initialize", params=params)
    await client.answer_to(1)
    client.send(method="initialized", params={})
    try:
        yield client
    finally:
        client._in.close()
        await asyncio.wait_for(process.wait(), 20)


@asynccontextmanager
async def editor_without_model() -> AsyncIterator[Editor]:
    async with running_editor(options=NO_MODEL) as editor:
        yield editor


async def test_malformed_params_of_a_standard_request_are_answered() -> None:
    async with raw_client() as client:
        client.send(id=2, method="textDocument/codeAction", params={"range": "everything"})
        answer = await client.answer_to(2)
        assert answer["error"]["code"] == -32602
        client.send(id=3, method="workspace/executeCommand", params={"arguments": 7})
        assert (await client.answer_to(3))["error"]["code"] == -32602


async def test_an_unexpected_failure_carries_no_traceback() -> None:
    async with raw_client(command=TROUBLED_SERVER) as client:
        client.send(id=2, method="test/crash", params={})
        error = (await client.answer_to(2))["error"]
        assert error["code"] == -32603
        assert "ZeroDivisionError" in error["message"]
        assert error["data"] == {"reason": "internalError"}


async def test_custom_params_keep_their_own_keys() -> None:
    """pygls would rename `_x` and `class`, and swallow `type_name`."""
    async with raw_client() as client:
        params = {"instruction": "", "type_name": 1, "class": 2, "_x": {"y": None}}
        document = {"uri": "file:///a.py"}
        span = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
        client.send(
            id=2, method="specedit/rewriteRange", params={**params, "textDocument": document, "range": span}
        )
        assert (await client.answer_to(2))["error"]["data"] == {"reason": "emptyInstruction"}


@pytest.mark.usefixtures("runtime_folder")  # only a worker of its own loads a model now, and asks to show it
async def test_a_late_reply_to_a_cancelled_request_of_ours_is_dropped() -> None:
    capabilities = {"window": {"workDoneProgress": True}}
    async with raw_client(capabilities=capabilities) as client:
        # The server asks for a progress token; we answer long after it gave up waiting.
        asked = await client.request_from_server("window/workDoneProgress/create")
        await asyncio.sleep(2.5)
        client.send(id=asked["id"], result=None)
        client.send(id=2, method="shutdown")
        await client.answer_to(2)
        errors = [
            m for m in client.seen if m.get("method") == "window/showMessage" and "CANCEL" in str(m).upper()
        ]
        assert errors == []


@pytest.mark.usefixtures("runtime_folder")  # as above
async def test_shutdown_with_requests_pending_is_answered() -> None:
    async with raw_client(capabilities={"window": {"workDoneProgress": True}}) as client:
        await client.request_from_server("window/workDoneProgress/create")
        document = {"uri": "file:///a.py", "languageId": "python", "version": 0, "text": "a = 1\nb = 2\n"}
        client.send(method="textDocument/didOpen", params={"textDocument": document})
        for number in range(10, 15):
            client.send(
                id=number,
                method="specedit/rewriteRange",
                params={
                    "textDocument": {"uri": "file:///a.py"},
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}},
                    "instruction": "rename a to b",
                },
            )
        client.send(id=2, method="shutdown")
        assert "error" not in await client.answer_to(2)
        client.send(method="exit")
        assert await asyncio.wait_for(client.process.wait(), 20) == 0


async def test_shutdown_with_a_command_pending_is_answered() -> None:
    async with raw_client(command=TROUBLED_SERVER) as client:
        client.send(id=2, method="workspace/executeCommand", params={"command": "test.sleep"})
        client.send(id=3, method="shutdown")
        assert "error" not in await client.answer_to(3)


async def test_the_server_ends_when_its_client_goes_away() -> None:
    async with raw_client() as client:
        client._in.close()
        await asyncio.wait_for(client.process.wait(), 20)


async def test_the_capabilities_name_our_extension() -> None:
    async with raw_client() as client:
        initialised = next(message for message in client.seen if message.get("id") == 1)
        experimental = initialised["result"]["capabilities"]["experimental"]
        assert experimental["specedit"]["rewriteRange"] == 1


def document(text: str) -> ExactDocument:
    return ExactDocument("file:///a", source=text, version=1, language_id="python")


def change(doc: ExactDocument, start: tuple[int, int], end: tuple[int, int], text: str) -> str:
    span = types.Range(types.Position(*start), types.Position(*end))
    doc.apply_change(types.TextDocumentContentChangePartial(span, text))
    return doc.source


@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
def test_characters_that_end_no_line_do_not_shift_changes(odd: str) -> None:
    assert change(document(f"one\n{odd}two\nthree\n"), (2, 0), (2, 5), "3") == f"one\n{odd}two\n3\n"


def test_a_change_beyond_the_end_of_the_last_line_loses_nothing() -> None:
    assert change(document("one\ntwo"), (1, 99), (1, 99), "!") == "one\ntwo!"
    assert change(document("one\ntwo"), (1, 0), (1, 99), "2") == "one\n2"


def test_lines_are_those_of_the_protocol() -> None:
    assert document("a\fb\u2028c\r\nd\re").lines == ["a\fb\u2028c\r\n", "d\r", "e"]


def test_an_empty_document_can_be_changed() -> None:
    assert change(document(""), (0, 0), (0, 0), "x") == "x"


def test_positions_count_the_agreed_units() -> None:
    assert change(document("🙂🙂 = 1\n"), (0, 2), (0, 4), "ok") == "🙂ok = 1\n"


async def test_changes_reach_the_server_as_the_client_made_them() -> None:
    """The server's copy, asked for by an expected text that must match it."""
    async with editor_without_model() as editor:
        buffer = editor.open("file:///odd.py", "abc\n\fdef\nghi")
        editor.change(buffer, TextChange(9, 12, "xyz"))
        editor.change(buffer, TextChange(len(buffer.text), len(buffer.text), "!"))
        params = {
            "textDocument": {"uri": buffer.uri, "version": buffer.version},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 4}},
            "instruction": "rename a to b",
        }
        reasons = []
        for expected in (buffer.text, buffer.text + "?"):
            try:
                await editor.client.protocol.send_request_async(
                    "specedit/rewriteRange", {**params, "expectedText": expected}
                )
            except Exception as error:
                reasons.append(error.data["reason"])  # type: ignore[attr-defined]
        assert reasons == ["modelUnusable", "expectedTextMismatch"]


async def test_an_unopened_file_is_not_read_from_the_disk() -> None:
    async with editor_without_model() as editor:
        here = Path(__file__).as_uri()
        span = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        params = {"textDocument": {"uri": here}, "range": span, "instruction": "rename a to b"}
        with pytest.raises(Exception, match="is not open in the editor"):
            await editor.client.protocol.send_request_async("specedit/rewriteRange", params)
