"""One model, many askers: a bounded queue in front of the one thread that runs the model."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import (
    Done,
    Event,
    Failed,
    PromptShown,
    Reason,
    RewriteOrder,
    WorkerState,
    WorkerStatus,
)
from specedit_lsp.version import VERSION
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, OrderRefused
from specedit_lsp.worker.queue.admission import RETIRING_SECONDS, Admission, ComeAgain
from specedit_lsp.worker.queue.attendance import Attendance
from specedit_lsp.worker.queue.outbox import Outbox
from specedit_lsp.worker.queue.pace import Pace
from specedit_lsp.worker.queue.rotation import Rotation
from specedit_lsp.worker.queue.status_board import HEARTBEAT_SECONDS, StatusBoard
from specedit_lsp.worker.queue.tickets import PromptTicket, RewriteTicket, Ticket, Wake
from specedit_lsp.worker.queue.waiting_line import WaitingLine
from specedit_lsp.worker.queue.warm_ups import WarmRequests

logger = logging.getLogger(__name__)


class RewriteService:
    """Owns the engine thread. Lives in one event loop; :meth:`start` begins loading the model.

    ``client`` names who asks: one window, one command, or one user of a team's worker.
    """

    def __init__(
        self,
        load: Callable[[Callable[[int], None]], Engine],
        model: str,
        settings: WorkerSettings,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_lost`` is called when the device is gone and only a new process can go on."""
        self._load = load
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._tickets: list[RewriteTicket] = []
        self._prompts = 0
        self._inbox: queue.SimpleQueue[Ticket] = queue.SimpleQueue()
        self._line = WaitingLine(settings.concurrent)
        self._warm_requests = WarmRequests()
        self._pace = Pace()
        self._admission = Admission(settings, self._pace)
        self._attendance = Attendance(lambda clients: self.board.update(clients=clients))
        self._retiring = False
        self.board = StatusBoard(
            WorkerStatus(state=WorkerState.STARTING, model=model, version=VERSION, pid=os.getpid())
        )

    @property
    def is_retiring(self) -> bool:
        """Whether new rewrites are refused."""
        return self._retiring

    @property
    def has_work(self) -> bool:
        """Whether anything that was accepted is not answered yet."""
        return bool(self._tickets or self._prompts)

    def start(self) -> None:
        """Start the engine thread. It loads the model first; orders may be queued meanwhile."""
        threading.Thread(target=self._run_engine, name="engine", daemon=True).start()

    def retire(self) -> None:
        """Finish what was accepted, and refuse the rest from now on. Who follows the status is let go."""
        self._retiring = True
        self.board.wake()

    def idle_seconds(self) -> float:
        """Return for how long nobody has followed the status or had anything queued; 0 while somebody has."""
        return self._attendance.idle_seconds()

    def submit(self, order: RewriteOrder, client: str = "") -> RewriteTicket:
        """Put an order into the queue. Give the ticket back by :meth:`withdraw`, whatever happens.

        Raises:
            OrderRefused: the queue is full, the worker is to end, or there is no model.
        """
        self._refuse_when_closed()
        self._admission.check_rewrite(client, [ticket.client for ticket in self._tickets])
        ticket = RewriteTicket(order, client, Outbox(self._wake_engine))
        self._attendance.enter(client)
        self._tickets.append(ticket)
        self._line.join(ticket)
        self._wake_engine()
        self._show_line()
        return ticket

    async def events(self, ticket: RewriteTicket) -> AsyncGenerator[Event, None]:
        """Yield what becomes of an order, its place in the line as it changes, and signs of life."""
        while True:
            event = await ticket.outbox.take(HEARTBEAT_SECONDS)
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
        self._line.withdraw(ticket)
        self._wake_engine()
        self._attendance.leave(ticket.client)
        self._show_line()

    def warm(self, order: RewriteOrder, client: str = "") -> None:
        """Have the model read what it can of an order that may come, once nothing else is to be done."""
        if self.board.current.state is not WorkerState.FAILED and not self._retiring:
            self._warm_requests.put(client, order)
            self._wake_engine()

    async def show_prompt(self, order: RewriteOrder, client: str = "") -> PromptShown:
        """Return what the model would read for an order.

        Raises:
            OrderRefused: the order cannot be carried out, too many wait for the same, or there is no model.
        """
        self._refuse_when_closed()
        self._admission.check_prompt(self._prompts)
        ticket = PromptTicket(order)
        self._inbox.put(ticket)
        self._prompts += 1
        try:
            with self._attendance.present(client):
                return await asyncio.wrap_future(ticket.answer)
        finally:
            self._prompts -= 1

    async def follow_status(self, client: str = "") -> AsyncGenerator[WorkerStatus, None]:
        """Yield the status now and after every change. Who follows it counts as a client."""
        with self._attendance.present(client):
            async with aclosing(self.board.follow()) as statuses:
                async for status in statuses:
                    yield status
                    if self._retiring:
                        return

    def _refuse_when_closed(self) -> None:
        if self._retiring:
            message = "This worker finishes what it has and ends; another one takes its place. Try again."
            raise ComeAgain(Reason.WORKER_RETIRING, message, RETIRING_SECONDS)
        if self.board.current.state is WorkerState.FAILED:
            raise OrderRefused(Reason.MODEL_UNUSABLE, self.board.current.message)

    def _wake_engine(self) -> None:
        self._inbox.put(Wake())

    def _show_line(self) -> None:
        """Tell everyone who waits where they stand, and everyone else how many do."""
        ahead = self._line.count_ahead()
        for ticket in self._tickets:
            ticket.outbox.tell_ahead(ahead.get(ticket, 0))
        state = self.board.current.state
        if state in (WorkerState.READY, WorkerState.BUSY):
            state = WorkerState.BUSY if self._tickets else WorkerState.READY
        self.board.update(state=state, queued=len(ahead))

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
            self._fail(str(error), Reason.MODEL_UNUSABLE)
            return
        device, caveat = engine.device, engine.caveat
        self._call(
            lambda: self.board.update(state=WorkerState.READY, percent=None, device=device, message=caveat)
        )
        self._call(self._show_line)
        try:
            Rotation(engine, self._inbox, self._line, self._warm_requests, self._note_end).run()
        except EngineLost as loss:
            logger.exception("the device is lost")
            self._call(self._on_lost)
            self._fail(str(loss), Reason.WORKER_CRASHED)
        except Exception as error:
            # Without this thread everybody would wait for ever.
            logger.exception("the engine thread failed")
            self._call(self._on_lost)
            self._fail(f"The worker failed with {type(error).__name__}.", Reason.WORKER_CRASHED)

    def _note_end(self, seconds: float) -> None:
        self._pace.note(seconds)
        self._call(self._show_line)

    def _fail(self, message: str, reason: Reason) -> None:
        """There is no engine, nor will there be: everyone is told so."""
        self._call(lambda: self.board.update(state=WorkerState.FAILED, message=message, percent=None))
        while True:
            while ticket := self._line.take():
                self._line.finish(ticket)
                ticket.outbox.put(Failed(reason=reason, message=message))
            match self._inbox.get():
                case PromptTicket() as prompt if prompt.answer.set_running_or_notify_cancel():
                    prompt.answer.set_exception(OrderRefused(reason, message))
                case _:
                    pass
