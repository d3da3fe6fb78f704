"""An engine whose every forward is counted, and made only when a test lets it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import Event, PromptShown, RewriteOrder, RewriteStats
from specedit_lsp.worker.engine_protocol import Written
from specedit_lsp.worker.queue.service import RewriteService
from specedit_lsp.worker.queue.tickets import RewriteTicket
from tests.worker.conftest import STATS

ENOUGH = 1_000_000


class SteppedEngine:
    """Carries out orders as :func:`order` makes them."""

    device = "none"
    caveat = ""

    def __init__(self) -> None:
        self.forwards: list[str] = []
        """Whose each forward was, in order; ``~name`` for a warm-up's."""
        self.begun = 0
        """Forwards begun; the last may be under way."""
        self._allowed = threading.Semaphore(0)

    def let(self, forwards: int = ENOUGH) -> None:
        """Allow some more forwards."""
        self._allowed.release(forwards)

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        name, forwards, characters = order.instruction.split()
        for _ in range(int(forwards)):
            if cancelled():
                return
            self._forward(name)
            yield Written(name[0] * int(characters))
        yield STATS

    def warm(self, order: RewriteOrder) -> Generator[None, None, None]:
        name, forwards, _ = order.selection.split()
        for _ in range(int(forwards)):
            self._forward(f"~{name}")
            yield

    def show_prompt(self, order: RewriteOrder) -> PromptShown:
        self._forward("prompt")
        return PromptShown(prompt=order.selection, tokens=1, model="stepped")

    async def until_begun(self, forwards: int) -> None:
        """Wait until so many forwards were begun."""
        async with asyncio.timeout(10):
            while self.begun < forwards:
                await asyncio.sleep(0.002)

    async def until_done(self, forwards: int) -> None:
        """Wait until so many forwards were made."""
        async with asyncio.timeout(10):
            while len(self.forwards) < forwards:
                await asyncio.sleep(0.002)

    def _forward(self, name: str) -> None:
        self.begun += 1
        self._allowed.acquire()
        self.forwards.append(name)


def order(name: str, forwards: int, characters: int = 1) -> RewriteOrder:
    """An order that takes so many forwards, each of which writes so many characters."""
    text = f"{name} {forwards} {characters}"
    return RewriteOrder(instruction=text, selection=text)


def start_service(engine: SteppedEngine, slots: int = 4, most: int = 32) -> RewriteService:
    """A service over it, in the running loop."""
    settings = WorkerSettings(concurrent=slots, max_queued=most)
    service = RewriteService(lambda on_progress: engine, "stepped", settings)
    service.start()
    return service


async def read(service: RewriteService, ticket: RewriteTicket) -> list[Event]:
    """Read all events of a rewrite, then withdraw it."""
    try:
        return [event async for event in service.events(ticket)]
    finally:
        service.withdraw(ticket)


async def next_event(events: AsyncGenerator[Event, None]) -> Event:
    """The next event, which must come soon."""
    return await asyncio.wait_for(anext(events), 10)
