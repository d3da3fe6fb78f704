"""One model, many askers: a bounded queue in front of the one thread that runs the model."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from specedit_lsp.transport.messages import (
    Alive,
    Done,
    Event,
    Failed,
    Piece,
    Reason,
    RewriteOrder,
    RewriteStats,
    WorkerState,
    WorkerStatus,
    digest,
)
from specedit_lsp.worker.status_board import HEARTBEAT_SECONDS, StatusBoard

logger = logging.getLogger(__name__)


class OrderRefused(Exception):
    """An order that cannot be carried out, with a message that tells the user what to do."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Engine(Protocol):
    """A loaded model that rewrites. Used from one thread only."""

    @property
    def device(self) -> str:
        """Where it runs."""
        ...

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[str | RewriteStats, None, None]:
        """Yield verified text as it comes, then the stats; end early once ``cancelled`` says so.

        Raises:
            OrderRefused: the order cannot be carried out.
        """
        ...


@dataclass(eq=False, slots=True)
class Ticket:
    """One order in the queue, and the events on their way back to whoever waits for it."""

    order: RewriteOrder
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    cancelled: threading.Event = field(default_factory=threading.Event)


class RewriteService:
    """Owns the engine thread. Lives in one event loop; :meth:`start` begins loading the model."""

    def __init__(self, load: Callable[[Callable[[int], None]], Engine], model: str, max_queued: int) -> None:
        self._load = load
        self._loop = asyncio.get_running_loop()
        self._tickets: list[Ticket] = []
        self._inbox: queue.SimpleQueue[Ticket] = queue.SimpleQueue()
        self._max_queued = max_queued
        self.board = StatusBoard(WorkerStatus(state=WorkerState.STARTING, model=model))

    def start(self) -> None:
        """Start the engine thread. It loads the model first; orders may be queued meanwhile."""
        threading.Thread(target=self._run_engine, name="engine", daemon=True).start()

    def submit(self, order: RewriteOrder) -> Ticket:
        """Put an order into the queue. Give the ticket back by :meth:`withdraw`, whatever happens.

        Raises:
            OrderRefused: the queue is full, or there is no model.
        """
        if self.board.current.state is WorkerState.FAILED:
            raise OrderRefused(Reason.MODEL_UNUSABLE, self.board.current.message)
        if len(self._tickets) >= self._max_queued:
            raise OrderRefused(
                Reason.QUEUE_FULL,
                f"{len(self._tickets)} rewrites are waiting already. Try again in a moment.",
            )
        ticket = Ticket(order)
        self._tickets.append(ticket)
        self._inbox.put(ticket)
        self._show_queue()
        return ticket

    async def events(self, ticket: Ticket) -> AsyncGenerator[Event, None]:
        """Yield what becomes of an order, with a sign of life every few seconds."""
        while True:
            try:
                event = await asyncio.wait_for(ticket.events.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                event = Alive(ahead=self._tickets.index(ticket))
            yield event
            if isinstance(event, Done | Failed):
                return

    def withdraw(self, ticket: Ticket) -> None:
        """Nobody waits for this order any more: if it is not done, it stops before its next forward."""
        ticket.cancelled.set()
        self._tickets.remove(ticket)
        self._show_queue()

    def _show_queue(self) -> None:
        state = self.board.current.state
        if state in (WorkerState.READY, WorkerState.BUSY):
            state = WorkerState.BUSY if self._tickets else WorkerState.READY
        self.board.update(state=state, queued=max(len(self._tickets) - 1, 0))

    # From here on: the engine thread. It reaches the event loop only through `_call`.

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            logger.debug("the event loop is gone; the worker is going down")

    def _run_engine(self) -> None:
        def show_percent(percent: int) -> None:
            self._call(lambda: self.board.update(state=WorkerState.LOADING, percent=percent))

        show_percent(0)
        try:
            engine = self._load(show_percent)
        except Exception as error:
            logger.exception("the model cannot be loaded")
            message = str(error)
            self._call(lambda: self.board.update(state=WorkerState.FAILED, message=message, percent=None))
            self._refuse_all(message)
        self._call(
            lambda: self.board.update(state=WorkerState.READY, percent=None, device=engine.device, message="")
        )
        self._call(self._show_queue)
        while True:
            self._serve(engine, self._inbox.get())

    def _refuse_all(self, message: str) -> None:
        while True:
            self._send(self._inbox.get(), Failed(reason=Reason.MODEL_UNUSABLE, message=message))

    def _serve(self, engine: Engine, ticket: Ticket) -> None:
        if ticket.cancelled.is_set():
            return
        text = ""
        seq = 0
        try:
            with closing(engine.rewrite(ticket.order, ticket.cancelled.is_set)) as steps:
                for step in steps:
                    if isinstance(step, RewriteStats):
                        self._send(ticket, Done(sha256=digest(text), stats=step))
                    else:
                        text += step
                        self._send(ticket, Piece(seq=seq, text=step))
                        seq += 1
        except OrderRefused as refusal:
            self._send(ticket, Failed(reason=refusal.reason, message=str(refusal)))
        except Exception as error:
            logger.exception("a rewrite failed")
            message = f"The worker failed with {type(error).__name__}: {error}. Its log has the details."
            self._send(ticket, Failed(reason=Reason.INTERNAL_ERROR, message=message))

    def _send(self, ticket: Ticket, event: Event) -> None:
        self._call(lambda: ticket.events.put_nowait(event))
