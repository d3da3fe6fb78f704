"""Many editors at once: each asks for a rewrite, waits for its text, thinks, and asks again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from specedit_lsp.evaluation.cluster.engine import rewrite_text
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Piece, RewriteOrder
from specedit_lsp.transport.resuming import Interruption, ResumingRewriter


@dataclass(slots=True)
class Experience:
    """What the editors saw. Times in seconds, from the moment the user asked."""

    first_hunks: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    pieces: int = 0
    """Lines of streams, also of rewrites that did not end in time."""
    retries: int = 0
    """Refused or broken off, and sent again."""
    failures: int = 0
    """Given up after a minute of that."""
    wrong: int = 0
    """Ended with another text than they should."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the editors behave."""

    lines: int = 10
    """Of the selection."""
    think_seconds: float = 6.0
    """Mean of the exponentially distributed pause between the end of a rewrite and the next."""


async def run_editors(
    endpoints: Sequence[Endpoint], habits: Habits, warm_up: float, seconds: float
) -> Experience:
    """Have an editor for each endpoint work; count what ended within ``seconds``, after a ``warm_up``."""
    now = time.perf_counter()
    window = (now + warm_up, now + warm_up + seconds)
    seen = Experience()
    editors = [
        asyncio.create_task(_edit(endpoint, number, habits, window, seen))
        for number, endpoint in enumerate(endpoints)
    ]
    await asyncio.sleep(warm_up + seconds)
    for editor in editors:
        editor.cancel()
    for ended in await asyncio.gather(*editors, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    return seen


async def _edit(
    endpoint: Endpoint, number: int, habits: Habits, window: tuple[float, float], seen: Experience
) -> None:
    dice = random.Random(number)
    count = 0

    async def connect() -> WorkerClient:
        return WorkerClient(endpoint, f"editor-{number}")

    while True:
        # The first ones must not ask all at once.
        await asyncio.sleep(dice.expovariate(1 / habits.think_seconds))
        order = RewriteOrder(
            instruction=f"editor {number}, rewrite {count}",
            selection="some line of code\n" * habits.lines,
            workspace=f"workspace {number}",
        )
        count += 1
        await _time_rewrite(ResumingRewriter(connect), order, window, seen)


async def _time_rewrite(
    rewriter: ResumingRewriter, order: RewriteOrder, window: tuple[float, float], seen: Experience
) -> None:
    began = time.perf_counter()
    first: float | None = None
    text, failed = "", False
    try:
        async with aclosing(rewriter.rewrite(order)) as events:
            async for event in events:
                match event:
                    case Piece():
                        first = first or time.perf_counter() - began
                        text += event.text
                        seen.pieces += _is_within(window)
                    case Interruption():
                        seen.retries += _is_within(window)
                    case _:
                        pass
    except RewriteFailed:
        failed = True
    seconds = time.perf_counter() - began
    seen.failures += failed
    seen.wrong += not failed and text != rewrite_text(order)
    if not failed and _is_within(window):
        seen.first_hunks.append(first or seconds)
        seen.ends.append(seconds)


def _is_within(window: tuple[float, float]) -> bool:
    return window[0] <= time.perf_counter() <= window[1]
