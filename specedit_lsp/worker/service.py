"""One model, many askers: a bounded queue in front of the one thread that runs the model."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import (
    Alive,
    Done,
    Event,
    Failed,
    PromptShown,
    Reason,
    RewriteOrder,
    WorkerState,
    WorkerStatus,
)
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, OrderRefused
from specedit_lsp.worker.rotation import Record, Rotation
from specedit_lsp.worker.status_board import HEARTBEAT_SECONDS, StatusBoard
from specedit_lsp.worker.tickets import PromptTicket, RewriteTicket, Ticket, WarmTicket

logger = logging.getLogger(__name__)


class RewriteService:
    """Owns the engine thread. Lives in one event loop; :meth:`start` begins loading the model."""

    def __init__(
        self,
        load: Callable[[Callable[[int], None]], Engine],
        model: str,
        settings: WorkerSettings,
        on_lost: Callable[[], None] = lambda: None,
        record: Record = lambda order, text, stats: None,
    ) -> None:
        """``on_lost`` is called when the device is gone and only a new process can go on; ``record``, in the
        engine thread, for every rewrite that came to its end."""
        self._load = load
        self._settings = settings
        self._on_lost = on_lost
        self._record = record
        self._loop = asyncio.get_running_loop()
        self._tickets: list[RewriteTicket] = []
        self._inbox: queue.SimpleQueue[Ticket] = queue.SimpleQueue()
        self.board = StatusBoard(WorkerStatus(state=WorkerState.STARTING, model=model))

    def start(self) -> None:
        """Start the engine thread. It loads the model first; orders may be queued meanwhile."""
        threading.Thread(target=self._run_engine, name="engine", daemon=True).start()

    def submit(self, order: RewriteOrder) -> RewriteTicket:
        """Put an order into the queue. Give the ticket back by :meth:`withdraw`, whatever happens.

        Raises:
            OrderRefused: the queue is full, or there is no model.
        """
        self._refuse_without_model()
        if len(self._tickets) >= self._settings.max_queued:
            raise OrderRefused(
                Reason.QUEUE_FULL,
                f"{len(self._tickets)} rewrites are waiting already. Try again in a moment.",
            )
        ticket = RewriteTicket(order)
        self._tickets.append(ticket)
        self._inbox.put(ticket)
        self._show_queue()
        return ticket

    async def events(self, ticket: RewriteTicket) -> AsyncGenerator[Event, None]:
        """Yield what becomes of an order, with a sign of life every few seconds."""
        while True:
            try:
                event = await asyncio.wait_for(ticket.events.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                event = Alive(ahead=max(self._tickets.index(ticket) - self._settings.concurrent + 1, 0))
            if isinstance(event, Done):
                speed = event.stats.output_tokens / max(event.stats.seconds, 1e-9)
                self.board.update(tokens_per_second=round(speed, 1))
            yield event
            if isinstance(event, Done | Failed):
                return

    def withdraw(self, ticket: RewriteTicket) -> None:
        """Nobody waits for this order any more: if it is not done, it stops before its next forward."""
        ticket.cancelled.set()
        self._tickets.remove(ticket)
        self._show_queue()

    def warm(self, order: RewriteOrder) -> None:
        """Have the model read what it can of an order that may come, once nothing else is to be done."""
        if self.board.current.state is not WorkerState.FAILED:
            self._inbox.put(WarmTicket(order))

    async def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """Return what the model would read for an order.

        Raises:
            OrderRefused: the order cannot be carried out, or there is no model.
        """
        self._refuse_without_model()
        ticket = PromptTicket(order)
        self._inbox.put(ticket)
        return await asyncio.wrap_future(ticket.answer)

    def _refuse_without_model(self) -> None:
        if self.board.current.state is WorkerState.FAILED:
            raise OrderRefused(Reason.MODEL_UNUSABLE, self.board.current.message)

    def _show_queue(self) -> None:
        state = self.board.current.state
        if state in (WorkerState.READY, WorkerState.BUSY):
            state = WorkerState.BUSY if self._tickets else WorkerState.READY
        self.board.update(state=state, queued=max(len(self._tickets) - self._settings.concurrent, 0))

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
            self._fail(str(error))
            return
        device, caveat = engine.device, engine.caveat
        self._call(
            lambda: self.board.update(state=WorkerState.READY, percent=None, device=device, message=caveat)
        )
        self._call(self._show_queue)
        try:
            Rotation(engine, self._inbox, self._send, self._record, self._settings.concurrent).run()
        except EngineLost as loss:
            logger.exception("the device is lost")
            self._call(self._on_lost)
            self._fail(str(loss))

    def _fail(self, message: str) -> None:
        """There is no engine, nor will there be: everyone is told so."""
        self._call(lambda: self.board.update(state=WorkerState.FAILED, message=message, percent=None))
        while True:
            match self._inbox.get():
                case RewriteTicket() as ticket:
                    self._send(ticket, Failed(reason=Reason.MODEL_UNUSABLE, message=message))
                case PromptTicket() as ticket:
                    ticket.answer.set_exception(OrderRefused(Reason.MODEL_UNUSABLE, message))
                case WarmTicket():
                    pass

    def _send(self, ticket: RewriteTicket, event: Event) -> None:
        self._call(lambda: ticket.events.put_nowait(event))
