"""One editor window with a language server of its own."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import IO

from specedit_lsp.evaluation.faults.buffer import Buffer, Json
from specedit_lsp.evaluation.faults.cases import Case
from specedit_lsp.evaluation.faults.judge import SERVER_GONE, Ending
from specedit_lsp.evaluation.server_session import ServerGone, ServerSession, running_server

HUNG_SECONDS = 150.0
"""A rewrite that has not ended by then never will."""
CAPABILITIES = {
    "window": {"workDoneProgress": True},
    "experimental": {"specedit": {"status": True}},
}


class Window:
    """Rewrites documents through one session, several at a time."""

    def __init__(self, session: ServerSession) -> None:
        self.session = session
        self.text_arrived = asyncio.Event()
        """Set at each hunk, for whoever waits for one."""
        self._buffers: dict[str, Buffer] = {}
        self._faults: dict[str, str] = {}
        self._names = itertools.count()
        self._news = asyncio.Event()
        self._state = ""
        session.keeps = False
        session.listener = self._hear

    async def rewrite(self, case: Case, patience: float = HUNG_SECONDS) -> Ending:
        """Open a document, have its selection rewritten, and close it again."""
        name = f"hunks-{next(self._names)}"
        uri = f"file:///faults/{name}"
        buffer = self._buffers[name] = Buffer(case)
        document = {"uri": uri, "languageId": case.language, "version": 0, "text": buffer.text}
        self.session.notify("textDocument/didOpen", {"textDocument": document})
        began = time.monotonic()
        outcome, message = await self._ask(case, uri, name, patience)
        seconds = time.monotonic() - began
        if outcome in ("refused", "hung"):
            self._tell(uri, buffer, buffer.restore())
        self.session.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        del self._buffers[name]
        return Ending(outcome, buffer.text, message, seconds, self._faults.pop(name, ""))

    async def wait_until_ready(self, seconds: float = HUNG_SECONDS) -> None:
        """Wait until the worker has its model.

        Raises:
            TimeoutError: it has not.
        """
        async with asyncio.timeout(seconds):
            while self._state not in ("ready", "busy"):
                self._news.clear()
                await self._news.wait()

    async def _ask(self, case: Case, uri: str, name: str, patience: float) -> tuple[str, str]:
        start, end = case.lines
        params = {
            "textDocument": {"uri": uri, "version": 0},
            "range": {"start": {"line": start, "character": 0}, "end": {"line": end, "character": 0}},
            "instruction": case.instruction,
            "partialResultToken": name,
        }
        try:
            answer = await self.session.request("specedit/rewriteRange", params, patience)
        except ServerGone:
            return "refused", SERVER_GONE
        except TimeoutError:
            return "hung", ""
        if "error" in answer:
            return "refused", answer["error"]["message"]
        return answer["result"]["outcome"], ""

    def _hear(self, message: Json, at: float) -> None:
        params = message.get("params", {})
        if message.get("method") == "specedit/status":
            self._state = params["state"]
            self._news.set()
        elif message.get("method") == "$/progress" and params["token"] in self._buffers:
            self._show(params["token"], params["value"])

    def _show(self, name: str, partial: Json) -> None:
        self.text_arrived.set()
        buffer = self._buffers[name]
        try:
            self._tell(f"file:///faults/{name}", buffer, buffer.apply(partial["edits"]))
        except ValueError as error:
            self._faults[name] = str(error)

    def _tell(self, uri: str, buffer: Buffer, changes: Iterable[Json]) -> None:
        for change in changes:
            document = {"uri": uri, "version": buffer.version}
            self.session.notify(
                "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
            )


@asynccontextmanager
async def open_window(command: Sequence[str], log: IO[bytes], settings: Json) -> AsyncGenerator[Window, None]:
    """A window whose server is started by ``command`` and logs to ``log``; both are gone after the block."""
    async with running_server(command, log) as session:
        window = Window(session)
        params = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
        # A machine that is busy with other faults may take its time.
        await session.request("initialize", {**params, "initializationOptions": settings}, HUNG_SECONDS)
        session.notify("initialized", {})
        yield window
