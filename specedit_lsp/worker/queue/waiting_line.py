"""Who is to get the model next, fairly between clients, and how long the line in front of each is."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from specedit_lsp.worker.queue.tickets import RewriteTicket


@dataclass(slots=True)
class _Place:
    """One who waits. Rounds are what start-time fair queueing (Goyal, Vin, Cheng 1996) calls start tags."""

    ticket: RewriteTicket
    round: int


class WaitingLine:
    """Rewrites that wait for a slot, and those that have one. Used by the event loop and the engine thread.

    Every client has one rewrite in each round; rounds come in order, and so do the rewrites of a round. The
    last slot is kept for a client that has none, so that one with many does not make the next one wait.
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._waiting: list[_Place] = []
        """In the order in which they are to be taken."""
        self._under_way: list[RewriteTicket] = []
        self._round = 0
        self._last_rounds: dict[str, int] = {}
        """Of each client, where that is not over yet."""
        self._lock = threading.Lock()

    def join(self, ticket: RewriteTicket) -> None:
        """Stand in line."""
        with self._lock:
            round = max(self._last_rounds.get(ticket.client, -1) + 1, self._round)
            self._last_rounds[ticket.client] = round
            self._waiting.append(_Place(ticket, round))
            self._sort()

    def take(self) -> RewriteTicket | None:
        """Give a slot to the first in line that may have one, and return it; None if none may."""
        with self._lock:
            busy = {ticket.client for ticket in self._under_way}
            free = self._slots - len(self._under_way)
            for index, place in enumerate(self._waiting):
                if self._may_begin(place.ticket, free, busy):
                    del self._waiting[index]
                    self._under_way.append(place.ticket)
                    self._begin_round(place.round)
                    return place.ticket
            return None

    def finish(self, ticket: RewriteTicket) -> None:
        """Give a slot back."""
        with self._lock:
            self._under_way.remove(ticket)

    def withdraw(self, ticket: RewriteTicket) -> None:
        """Give up a place in the line, which later ones of the same client gain.

        Who has a slot keeps it until the engine is done with it.
        """
        with self._lock:
            gone = next((place for place in self._waiting if place.ticket is ticket), None)
            if gone is None:
                return
            self._waiting.remove(gone)
            for place in self._waiting:
                if place.ticket.client == ticket.client and place.round > gone.round:
                    place.round -= 1
            if ticket.client in self._last_rounds:
                self._last_rounds[ticket.client] -= 1
            self._sort()

    def count_ahead(self) -> dict[RewriteTicket, int]:
        """Return how many rewrites must end before each of those can begin that cannot begin at once."""
        with self._lock:
            counted: dict[RewriteTicket, int] = {}
            busy = {ticket.client for ticket in self._under_way}
            free = self._slots - len(self._under_way)
            for place in self._waiting:
                if self._may_begin(place.ticket, free, busy):
                    busy.add(place.ticket.client)
                    free -= 1
                else:
                    counted[place.ticket] = len(counted) + 1
            return counted

    def _may_begin(self, ticket: RewriteTicket, free: int, busy: set[str]) -> bool:
        keeps_one_back = ticket.client in busy and self._slots > 1
        return free >= (2 if keeps_one_back else 1)

    def _begin_round(self, round: int) -> None:
        self._round = max(self._round, round)
        self._last_rounds = {c: last for c, last in self._last_rounds.items() if last >= self._round}

    def _sort(self) -> None:
        self._waiting.sort(key=lambda place: place.round)
