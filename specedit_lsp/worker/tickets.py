"""What waits for the model."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from specedit_lsp.transport.messages import Event, PromptShown, RewriteOrder


@dataclass(eq=False, slots=True)
class RewriteTicket:
    """One order in the queue, and the events on their way back to whoever waits for it."""

    order: RewriteOrder
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False, slots=True)
class WarmTicket:
    """An order whose instruction is still being written. Nobody waits for it."""

    order: RewriteOrder


@dataclass(eq=False, slots=True)
class PromptTicket:
    """An order whose prompt somebody wants to see."""

    order: RewriteOrder
    answer: Future[PromptShown] = field(default_factory=Future)


Ticket = RewriteTicket | WarmTicket | PromptTicket
