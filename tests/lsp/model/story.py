"""Stories told one by one: an editor with a document, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from specedit_lsp.lsp.configuration import Configuration
from specedit_lsp.rewriting.records import JobRecord
from specedit_lsp.text.line_edits import TextChange
from tests.lsp.model.client import Habits, ModelClient
from tests.lsp.model.scripted_worker import Script
from tests.lsp.model.session import Session

URI = "file:///story.py"
DONE = 60.0
"""Seconds, by a clock that jumps, after which everything is over."""


@asynccontextmanager
async def editing(
    session: Session, text: str, habits: Habits | None = None, language: str = "python"
) -> AsyncIterator[ModelClient]:
    """An editor with this document open, until the end of the block."""
    client = ModelClient(session, URI, text, habits or Habits(), language)
    editor = asyncio.ensure_future(client.run())
    try:
        yield client
        await asyncio.sleep(DONE)
        assert client.faults == []
    finally:
        editor.cancel()
        if client.is_open:
            client.close()


def script(session: Session, **scripts: Script) -> None:
    """What the worker answers, by instruction."""
    session.worker.scripts = scripts


def configure(session: Session, **settings: Any) -> None:
    """Other settings than the defaults."""
    session.server.configure(Configuration.from_options({"log": {"level": "error"}, **settings}))


def ask(client: ModelClient, selected: str, instruction: str = "do") -> None:
    """Have the text rewritten that reads ``selected``."""
    start = client.text.index(selected)
    client.rewrite(instruction, start, start + len(selected))


def type_at(client: ModelClient, where: str, text: str) -> None:
    """Type in front of what reads ``where``."""
    at = client.text.index(where)
    client.type(TextChange(at, at, text))


def ending(session: Session, instruction: str = "do") -> JobRecord:
    """What became of the newest rewrite with this instruction."""
    return next(record for record in session.server.history if record.instruction == instruction)


async def answer(client: ModelClient, method: str, **params: Any) -> Any:
    """Send a request and return its result, or its error."""
    number = client.request(method, **params)
    while number not in client.answers:
        await asyncio.sleep(0.01)
    reply = client.answers[number]
    return reply["error"] if "error" in reply else reply["result"]
