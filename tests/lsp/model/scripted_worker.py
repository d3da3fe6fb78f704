"""A worker without a model or a process: it answers each order by a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Self

from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import Alive, Done, Piece, Reason, RewriteOrder, RewriteStats, digest

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)


@dataclass(frozen=True)
class Script:
    """What a worker answers an order with."""

    text: str
    """The new text of the selection."""
    sizes: tuple[int, ...] = (1_000_000,)
    """How many characters each piece has; the last counts for all further ones."""
    pauses: tuple[float, ...] = (0.0,)
    """Seconds before each piece; the last counts for all further ones."""
    breaks_after: int | None = None
    """How many pieces come before it fails; None for a worker that does not."""
    reason: Reason = Reason.WORKER_CRASHED
    ahead: int = 0
    """Other orders that come first."""

    def pieces(self) -> list[str]:
        pieces, rest, number = [], self.text, 0
        while rest:
            size = max(self.sizes[min(number, len(self.sizes) - 1)], 1)
            pieces.append(rest[:size])
            rest, number = rest[size:], number + 1
        return pieces

    def pause(self, number: int) -> float:
        return self.pauses[min(number, len(self.pauses) - 1)]


@dataclass(eq=False)
class ScriptedWorker:
    """Stands for the worker's process and for each connection to it."""

    scripts: dict[str, Script] = field(default_factory=dict)
    """By instruction."""
    orders: list[RewriteOrder] = field(default_factory=list)
    streams: int = 0
    """Answers under way."""
    connections: int = 0

    async def connect(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        self.connections += 1
        return self

    async def __aexit__(self, *error: object) -> None:
        self.connections -= 1

    async def stop(self) -> None:
        return None

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        self.orders.append(order)
        script = self.scripts[order.instruction]
        self.streams += 1
        try:
            for ahead in range(script.ahead, 0, -1):
                yield Alive(ahead=ahead)
                await asyncio.sleep(0.1)
            for number, text in enumerate(script.pieces()):
                if number == script.breaks_after:
                    break
                await asyncio.sleep(script.pause(number))
                yield Piece(seq=number, text=text)
            if script.breaks_after is not None:
                raise RewriteFailed(script.reason, "The worker broke off.")
            yield Done(sha256=digest(script.text), stats=STATS)
        finally:
            self.streams -= 1

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the server asked its worker for {name}, which no script has")
