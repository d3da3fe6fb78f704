"""What the server process costs: to start, from verified text to the wire, under load, and in memory."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specedit_lsp.evaluation.server_session import Json, ServerSession, running_server
from specedit_lsp.evaluation.server_worker import LINES_PER_PIECE, STAMP, server_with_this_worker

DOCUMENT_LINES = 10_000
PIECES = 200
PIECE_MILLISECONDS = 40
"""Between two pieces: longer than hunks are collected for, which is no latency but a choice."""
STARTS = 5

IDLE_SERVER = (
    sys.executable,
    "-c",
    """
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("idle", "1")

@server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
def code_action(params):
    return []

server.start_io()
""",
)
"""A pygls server that does nothing: what is the library's part of each figure."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (of a million bytes) that a process holds."""

    resident: float
    unique: float
    """Less what it shares with other processes, such as the interpreter's code."""


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """Measurements of one kind of server. Times in seconds; empty where a server cannot do it."""

    name: str
    starts: tuple[float, ...]
    """From the start of the process to its answer to ``initialize``."""
    memory: Memory | None
    """After all that was measured; None where the system does not tell."""
    hunks: tuple[float, ...] = ()
    """From text leaving the worker to its hunk at the client."""
    loaded_hunks: tuple[float, ...] = ()
    """The same beside the code actions."""
    answers: tuple[float, ...] = ()
    """Round trips of code-action requests while a rewrite streams, if there is one."""
    actions_per_second: float = 0.0
    """At which they were sent."""


@dataclass(eq=False)
class _Stopwatch:
    """Hears hunks and subtracts the time that is written in them."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, message: Json, at: float) -> None:
        value = message.get("params", {}).get("value")
        if message.get("method") == "$/progress" and isinstance(value, dict) and value.get("edits"):
            [*_, left] = STAMP.findall(value["edits"][-1]["newText"])
            self.seconds.append(at - float(left))


async def measure_server(rate: int) -> ServerFigures:
    """Measure our server with a worker that has no model, at ``rate`` code actions a second."""
    with server_with_this_worker() as command:
        starts = [await _time_start(command) for _ in range(STARTS)]
        async with _opened(command) as session:
            await _rewrite(session, pieces=2)
            quiet, loaded = _Stopwatch(), _Stopwatch()
            session.listener = quiet
            await _rewrite(session, PIECES)
            session.listener = loaded
            rewrite = asyncio.create_task(_rewrite(session, PIECES))
            answers = await _ask_for_actions(session, rate, rewrite)
            await rewrite
            memory = read_memory(session.pid)
    return ServerFigures(
        "specedit", tuple(starts), memory, tuple(quiet.seconds), tuple(loaded.seconds), tuple(answers), rate
    )


async def measure_idle_server(rate: int) -> ServerFigures:
    """The same, as far as it goes, with a server that does nothing."""
    starts = [await _time_start(IDLE_SERVER) for _ in range(STARTS)]
    async with _opened(IDLE_SERVER) as session:
        as_long = asyncio.create_task(asyncio.sleep(PIECES * PIECE_MILLISECONDS / 1000))
        answers = await _ask_for_actions(session, rate, as_long)
        memory = read_memory(session.pid)
    return ServerFigures(
        "idle pygls server", tuple(starts), memory, answers=tuple(answers), actions_per_second=rate
    )


def read_memory(pid: int) -> Memory | None:
    """What a process holds now; None where `/proc` does not tell."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (row.partition(":") for row in rows)}
    unique = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(kilobytes["Rss"] * 1024 / 1e6, unique * 1024 / 1e6)


async def _time_start(command: Sequence[str]) -> float:
    began = time.perf_counter()
    async with running_server(command) as session:
        await session.initialize()
        return time.perf_counter() - began


@asynccontextmanager
async def _opened(command: Sequence[str]) -> AsyncGenerator[ServerSession, None]:
    async with running_server(command) as session:
        session.keeps = False
        await session.initialize()
        text = "".join(f"value_{number} = compute({number})\n" for number in range(DOCUMENT_LINES))
        document = {"uri": "file:///long.py", "languageId": "python", "version": 1, "text": text}
        session.notify("textDocument/didOpen", {"textDocument": document})
        yield session


def _middle(lines: int) -> dict[str, Any]:
    """The parameters that name so many lines in the middle of the document."""
    first = (DOCUMENT_LINES - lines) // 2
    span = {"start": {"line": first, "character": 0}, "end": {"line": first + lines, "character": 0}}
    return {"textDocument": {"uri": "file:///long.py"}, "range": span}


async def _rewrite(session: ServerSession, pieces: int) -> None:
    params = _middle(pieces * LINES_PER_PIECE)
    instruction = f"pause {PIECE_MILLISECONDS} ms"
    answer = await session.request(
        "specedit/rewriteRange", {**params, "instruction": instruction, "partialResultToken": "hunks"}, 120
    )
    if "error" in answer:
        raise RuntimeError(f"The server refused the rewrite: {answer['error']['message']}")


async def _ask_for_actions(session: ServerSession, rate: int, during: asyncio.Task[Any]) -> list[float]:
    """Send code-action requests at an even pace until ``during`` is done; return their round trips."""
    params = {**_middle(10), "context": {"diagnostics": []}}
    asked: list[asyncio.Task[float]] = []
    began = time.perf_counter()
    while not during.done():
        asked.append(asyncio.create_task(_time_request(session, params)))
        await asyncio.sleep(max(0.0, began + len(asked) / rate - time.perf_counter()))
    return list(await asyncio.gather(*asked))


async def _time_request(session: ServerSession, params: Json) -> float:
    began = time.perf_counter()
    await session.request("textDocument/codeAction", params)
    return time.perf_counter() - began
