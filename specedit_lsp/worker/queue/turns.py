"""Whose turn it is: clients in a circle, and each client's rewrites in a circle of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from specedit_lsp.transport.messages import RewriteStats
from specedit_lsp.worker.engine_protocol import Written
from specedit_lsp.worker.queue.tickets import RewriteTicket


@dataclass(eq=False, slots=True)
class Turn:
    """One rewrite under way."""

    ticket: RewriteTicket
    steps: Generator[Written | RewriteStats, None, None]
    text: str = ""
    pieces: int = 0
    seconds: float = 0.0
    """What the model spent on it."""


class Turns:
    """Gives clients one forward each, however many rewrites they have (round-robin in two levels)."""

    def __init__(self) -> None:
        self._clients: deque[deque[Turn]] = deque()

    def __iter__(self) -> Iterator[Turn]:
        return (turn for turns in self._clients for turn in turns)

    def add(self, turn: Turn) -> None:
        """Take in a rewrite, at the end of its circle."""
        for turns in self._clients:
            if turns[0].ticket.client == turn.ticket.client:
                turns.append(turn)
                return
        self._clients.append(deque([turn]))

    def next(self) -> Turn | None:
        """Return the rewrite whose turn it is; None if no reader is ready for more."""
        for _ in range(len(self._clients)):
            turns = self._clients[0]
            self._clients.rotate(-1)
            for _ in range(len(turns)):
                turn = turns[0]
                turns.rotate(-1)
                if turn.ticket.may_advance:
                    return turn
        return None

    def remove(self, turn: Turn) -> None:
        """Let go of a rewrite that is over."""
        for turns in self._clients:
            if turn in turns:
                turns.remove(turn)
                break
        self._clients = deque(turns for turns in self._clients if turns)
