"""What waits for the model."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from specedit_lsp.transport.messages import PromptShown, RewriteOrder
from specedit_lsp.worker.queue.outbox import Outbox


@dataclass(eq=False, slots=True)
class RewriteTicket:
    """One order in the queue, and the events on their way back to whoever waits for it."""

    order: RewriteOrder
    client: str
    """Who asks: a window, or a user of a team's worker."""
    outbox: Outbox
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def may_advance(self) -> bool:
        """Whether its turn can be used: for a forward, or for its end."""
        return self.cancelled.is_set() or not self.outbox.is_full


@dataclass(eq=False, slots=True)
class PromptTicket:
    """An order whose prompt somebody wants to see."""

    order: RewriteOrder
    answer: Future[PromptShown] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Wake:
    """Something changed that the engine thread should look at: the line, a reader, what may be warmed up."""


Ticket = PromptTicket | Wake
"""What the engine thread's inbox holds. Rewrites stand in the waiting line instead."""
