"""Who is let in, and who is asked to come again: the bounds of what may wait here."""

from __future__ import annotations

import math
from collections.abc import Collection

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import Reason
from specedit_lsp.worker.engine_protocol import OrderRefused
from specedit_lsp.worker.queue.pace import Pace

RETIRING_SECONDS = 1
"""After which another worker is there."""
MOST_PROMPTS = 8
"""Prompts that may wait to be shown."""


class ComeAgain(OrderRefused):
    """Refused through no fault of its own: the same order may be carried out after ``seconds``."""

    def __init__(self, reason: Reason, message: str, seconds: int) -> None:
        super().__init__(reason, message)
        self.seconds = seconds


class Admission:
    """Says whether one more rewrite or prompt may wait."""

    def __init__(self, settings: WorkerSettings, pace: Pace) -> None:
        self._most = settings.max_queued + settings.concurrent
        self._most_per_client = math.ceil(self._most / 2)
        self._pace = pace

    def check_rewrite(self, client: str, present: Collection[str]) -> None:
        """Refuse a client's rewrite if there are too many; ``present`` names the client of each that is here.

        Raises:
            ComeAgain: the line is full, or holds as many of this client's as it may.
        """
        own = sum(name == client for name in present)
        if len(present) >= self._most:
            message = f"{len(present)} rewrites are waiting already. Try again in a moment."
            raise ComeAgain(Reason.QUEUE_FULL, message, self._pace.estimate(1))
        if own >= self._most_per_client:
            message = f"{own} of your rewrites are waiting already. Wait for one of them, or cancel one."
            raise ComeAgain(Reason.QUEUE_FULL, message, self._pace.estimate(len(set(present))))

    def check_prompt(self, waiting: int) -> None:
        """Refuse to show one more prompt if there are too many.

        Raises:
            ComeAgain: there are.
        """
        if waiting >= MOST_PROMPTS:
            message = f"{waiting} prompts are waiting to be shown already. Try again in a moment."
            raise ComeAgain(Reason.QUEUE_FULL, message, self._pace.estimate(1))
