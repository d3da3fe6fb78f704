"""A rewrite service whose figures are counted."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import Done, Event, Failed, Piece, RewriteOrder, RewriteStats
from specedit_lsp.worker.engine_protocol import Engine, OrderRefused
from specedit_lsp.worker.queue import metrics
from specedit_lsp.worker.queue.metrics import Meter
from specedit_lsp.worker.queue.service import RewriteService
from specedit_lsp.worker.queue.tickets import RewriteTicket

CANCELLED = "cancelled"


class MeteredService(RewriteService):
    """Counts what goes in and what comes out; does nothing else otherwise."""

    def __init__(
        self,
        load: Callable[[Callable[[int], None]], Engine],
        model: str,
        settings: WorkerSettings,
        meter: Meter,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(load, model, settings, on_lost)
        self._meter = meter
        self.under_way = 0
        """Rewrites that the model works on or that wait for it."""

    def submit(self, order: RewriteOrder, client: str = "") -> RewriteTicket:
        """Put an order into the queue, as the service does.

        Raises:
            OrderRefused: as the service does.
        """
        try:
            ticket = super().submit(order, client)
        except OrderRefused as refusal:
            self._meter.record(metrics.REFUSALS, 1, reason=refusal.reason.value)
            raise
        self._count_under_way(1)
        return ticket

    def withdraw(self, ticket: RewriteTicket) -> None:
        """Nobody waits for this order any more."""
        super().withdraw(ticket)
        self._count_under_way(-1)

    async def events(self, ticket: RewriteTicket) -> AsyncGenerator[Event, None]:
        """Yield what becomes of an order, as the service does."""
        began = time.perf_counter()
        outcome = CANCELLED
        is_first = True
        try:
            async for event in super().events(ticket):
                match event:
                    case Piece() if is_first:
                        is_first = False
                        self._meter.record(metrics.FIRST_HUNK_SECONDS, time.perf_counter() - began)
                    case Done(stats=stats):
                        outcome = "done"
                        self._count_work(stats)
                    case Failed(reason=reason):
                        outcome = reason.value
                    case _:
                        pass
                yield event
        finally:
            self._meter.record(metrics.REWRITES, 1, outcome=outcome)

    def _count_under_way(self, change: int) -> None:
        self.under_way += change
        self._meter.record(metrics.UNDER_WAY, self.under_way)
        self._meter.record(metrics.QUEUED, self.board.current.queued)

    def _count_work(self, stats: RewriteStats) -> None:
        record = self._meter.record
        record(metrics.FORWARDS, stats.forwards)
        record(metrics.OUTPUT_TOKENS, stats.output_tokens)
        record(metrics.PROMPT_TOKENS, stats.prompt_tokens)
        record(metrics.REUSED_TOKENS, stats.reused_tokens)
        record(metrics.DECODE_SECONDS, stats.seconds)
        for source, count in stats.sources.items():
            record(metrics.PROPOSED, count.proposed, source=source)
            record(metrics.ACCEPTED, count.accepted, source=source)
