"""The engine thread: several rewrites take turns, forward by forward."""

from __future__ import annotations

import logging
import queue
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass

from specedit_lsp.transport.messages import (
    Done,
    Event,
    Failed,
    Piece,
    Reason,
    RewriteOrder,
    RewriteStats,
    digest,
)
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, OrderRefused, Written
from specedit_lsp.worker.tickets import PromptTicket, RewriteTicket, Ticket, WarmTicket

logger = logging.getLogger(__name__)

Send = Callable[[RewriteTicket, Event], None]
Record = Callable[[RewriteOrder, str, RewriteStats], None]


@dataclass(slots=True)
class Turn:
    """One rewrite under way."""

    ticket: RewriteTicket
    steps: Generator[Written | RewriteStats, None, None]
    text: str = ""
    pieces: int = 0


class Rotation:
    """Takes tickets from an inbox and gives each rewrite one forward at a time.

    Rewrites come before warm prefills, of which only the newest counts: what was selected before is not
    selected any more.
    """

    def __init__(
        self, engine: Engine, inbox: queue.SimpleQueue[Ticket], send: Send, record: Record, most: int
    ) -> None:
        """``most`` rewrites take turns, further ones wait.

        ``send`` takes events to those who wait, ``record`` hears of every rewrite that came to its end.
        """
        self._engine = engine
        self._inbox = inbox
        self._send = send
        self._record = record
        self._most = most
        self._waiting: deque[RewriteTicket] = deque()
        self._turns: deque[Turn] = deque()
        self._warming: Generator[None, None, None] | None = None

    def run(self) -> None:
        """Serve until the device is lost.

        Raises:
            EngineLost: everybody who waited has been told.
        """
        while True:
            self._take_in()
            try:
                if self._turns:
                    self._advance(self._turns.popleft())
                elif self._warming:
                    self._read_on(self._warming)
            except EngineLost as loss:
                self._tell_all(str(loss))
                raise

    def _take_in(self) -> None:
        """Sort what is in the inbox; wait for something if there is nothing else to do."""
        idle = not (self._turns or self._waiting or self._warming)
        while True:
            try:
                ticket = self._inbox.get(block=idle)
            except queue.Empty:
                break
            idle = False
            match ticket:
                case RewriteTicket():
                    self._waiting.append(ticket)
                case PromptTicket():
                    self._show(ticket)
                case WarmTicket():
                    self._stop_warming()
                    self._warming = self._engine.warm(ticket.order)
        while self._waiting and len(self._turns) < self._most:
            # What was read so far stays where this rewrite finds it.
            self._stop_warming()
            ticket = self._waiting.popleft()
            self._turns.append(Turn(ticket, self._engine.rewrite(ticket.order, ticket.cancelled.is_set)))

    def _advance(self, turn: Turn) -> None:
        """One forward; a rewrite that is not over goes to the end of the line."""
        ticket = turn.ticket
        if ticket.cancelled.is_set():
            turn.steps.close()
            return
        try:
            step = next(turn.steps, None)
        except OrderRefused as refusal:
            self._send(ticket, Failed(reason=refusal.reason, message=str(refusal)))
            return
        except EngineLost:
            self._turns.append(turn)
            raise
        except Exception as error:
            logger.exception("a rewrite failed")
            message = f"The worker failed with {type(error).__name__}: {error}. Its log has the details."
            self._send(ticket, Failed(reason=Reason.INTERNAL_ERROR, message=message))
            return
        match step:
            case Written(text=text, origins=origins):
                if text:
                    turn.text += text
                    self._send(ticket, Piece(seq=turn.pieces, text=text, origins=origins))
                    turn.pieces += 1
                self._turns.append(turn)
            case RewriteStats():
                turn.steps.close()
                self._record(ticket.order, turn.text, step)
                self._send(ticket, Done(sha256=digest(turn.text), stats=step))
            case None:
                pass

    def _read_on(self, warming: Generator[None, None, None]) -> None:
        try:
            next(warming)
        except (StopIteration, OrderRefused):
            self._warming = None
        except EngineLost:
            raise
        except Exception:
            # Nobody waits for it; the rewrite itself will say what is wrong.
            logger.exception("a warm prefill failed")
            self._warming = None

    def _stop_warming(self) -> None:
        if self._warming:
            self._warming.close()
            self._warming = None

    def _show(self, ticket: PromptTicket) -> None:
        try:
            ticket.answer.set_result(self._engine.show_prompt(ticket.order))
        except Exception as error:
            ticket.answer.set_exception(error)

    def _tell_all(self, message: str) -> None:
        for ticket in (*(turn.ticket for turn in self._turns), *self._waiting):
            self._send(ticket, Failed(reason=Reason.WORKER_CRASHED, message=message))
