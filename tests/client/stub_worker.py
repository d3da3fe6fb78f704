"""A worker that writes in capitals, for tests of everything around a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Self, cast

import anyio

from specedit_lsp.client.connection import Client
from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import (
    Alive,
    Done,
    Piece,
    Reason,
    RewriteOrder,
    RewriteStats,
    digest,
)
from specedit_lsp.transport.workers import Worker

STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=1.0, first_text_seconds=0.5, sources={}
)


class StubWorker:
    """Answers like a worker. The instruction ``fail`` breaks off after half of the text."""

    def __init__(self) -> None:
        self.orders: list[RewriteOrder] = []
        self.stopped_early = 0
        self.at_work = 0
        self.most_at_work = 0

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        """The selection in capitals, line by line; ``euro`` writes a sign that Latin-1 lacks."""
        self.orders.append(order)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        text = "€" if order.instruction == "euro" else order.selection.upper()
        try:
            yield Alive(ahead=0)
            await anyio.sleep(0.001)
            for number, line in enumerate(text.splitlines(keepends=True)):
                if order.instruction == "fail" and number:
                    raise RewriteFailed(Reason.OUT_OF_MEMORY, "There is no memory left.")
                yield Piece(seq=number, text=line)
            yield Done(sha256=digest(text), stats=STATS)
        except GeneratorExit:
            self.stopped_early += 1
            raise
        finally:
            self.at_work -= 1

    async def connect(self) -> Self:
        """It is its own connection."""
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Nothing is held."""

    def client(self) -> Client:
        """A client of this worker."""
        return Client(cast(Worker, self), Settings())
