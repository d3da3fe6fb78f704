"""The engine thread: rewrites take turns, forward by forward, and warm-ups take what is left."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable

from specedit_lsp.transport.messages import (
    Done,
    Failed,
    Piece,
    Reason,
    RewriteStats,
    digest,
)
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, OrderRefused, Written
from specedit_lsp.worker.queue.tickets import PromptTicket, Ticket, Wake
from specedit_lsp.worker.queue.turns import Turn, Turns
from specedit_lsp.worker.queue.waiting_line import WaitingLine
from specedit_lsp.worker.queue.warm_ups import WarmRequests, WarmUps

logger = logging.getLogger(__name__)

MOST_REWRITE_SECONDS = 3600.0
"""Of the model's own time, waiting for turns not counted. Only a model that is hopelessly slow gets there."""


class Rotation:
    """Gives each client one forward at a time, and of a client's rewrites one after the other."""

    def __init__(
        self,
        engine: Engine,
        inbox: queue.SimpleQueue[Ticket],
        line: WaitingLine,
        warm_requests: WarmRequests,
        on_end: Callable[[float], None],
    ) -> None:
        """``on_end`` is called when a rewrite is over, for whatever reason, so that the line has moved. It
        hears how many seconds the model spent on it."""
        self._engine = engine
        self._inbox = inbox
        self._line = line
        self._on_end = on_end
        self._turns = Turns()
        self._warm_ups = WarmUps(engine, warm_requests)

    def run(self) -> None:
        """Serve until the device is lost.

        Raises:
            EngineLost: everybody under way has been told; those in line have not.
        """
        while True:
            self._begin_rewrites()
            turn = self._turns.next()
            try:
                if turn:
                    self._advance(turn)
                elif self._warm_ups:
                    self._warm_ups.advance()
                else:
                    self._hear(self._inbox.get())
            except EngineLost as loss:
                for turn in self._turns:
                    turn.ticket.outbox.put(Failed(reason=Reason.WORKER_CRASHED, message=str(loss)))
                    self._line.finish(turn.ticket)
                raise
            while not self._inbox.empty():
                self._hear(self._inbox.get())

    def _begin_rewrites(self) -> None:
        while ticket := self._line.take():
            self._warm_ups.drop(ticket.client)
            self._warm_ups.pause()
            steps = self._engine.rewrite(ticket.order, ticket.cancelled.is_set)
            self._turns.add(Turn(ticket, steps))

    def _hear(self, ticket: Ticket) -> None:
        match ticket:
            case PromptTicket():
                self._show(ticket)
            case Wake():
                self._warm_ups.take_requests()

    def _advance(self, turn: Turn) -> None:
        """One forward. A rewrite that is over leaves the circle."""
        if turn.ticket.cancelled.is_set():
            self._end(turn)
            return
        if turn.seconds > MOST_REWRITE_SECONDS:
            message = (
                f"The model worked on this for {turn.seconds / 60:.0f} minutes without an end. Select less, "
                "or use a smaller model."
            )
            self._end(turn, Failed(reason=Reason.TIME_LIMIT, message=message))
            return
        began = time.perf_counter()
        try:
            step = next(turn.steps, None)
        except OrderRefused as refusal:
            self._end(turn, Failed(reason=refusal.reason, message=str(refusal)))
            return
        except EngineLost:
            raise
        except Exception as error:
            logger.exception("a rewrite failed")
            message = f"The worker failed with {type(error).__name__}: {error}. Its log has the details."
            self._end(turn, Failed(reason=Reason.INTERNAL_ERROR, message=message))
            return
        finally:
            turn.seconds += time.perf_counter() - began
        match step:
            case Written(text=text, origins=origins):
                if text:
                    turn.text += text
                    turn.ticket.outbox.put(Piece(seq=turn.pieces, text=text, origins=origins))
                    turn.pieces += 1
            case RewriteStats():
                self._end(turn, Done(sha256=digest(turn.text), stats=step))
            case None:
                self._end(turn)

    def _end(self, turn: Turn, ending: Done | Failed | None = None) -> None:
        turn.steps.close()
        self._turns.remove(turn)
        self._line.finish(turn.ticket)
        self._on_end(turn.seconds)
        if ending:
            turn.ticket.outbox.put(ending)

    def _show(self, ticket: PromptTicket) -> None:
        if not ticket.answer.set_running_or_notify_cancel():
            return
        try:
            ticket.answer.set_result(self._engine.show_prompt(ticket.order))
        except OrderRefused as refusal:
            ticket.answer.set_exception(refusal)
        except Exception as error:
            logger.exception("a prompt cannot be shown")
            message = f"The worker failed with {type(error).__name__}. Its log has the details."
            ticket.answer.set_exception(OrderRefused(Reason.INTERNAL_ERROR, message))
