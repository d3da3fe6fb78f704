"""Prefills of what may be rewritten next: one for each client, worked on while nobody waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator

from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, OrderRefused

logger = logging.getLogger(__name__)

MOST_CLIENTS = 32
"""Clients whose warm-up is remembered. Beyond that the oldest is forgotten: it is only a convenience."""


class WarmRequests:
    """What clients may want rewritten, until the engine thread takes it. Used by it and the event loop.

    Each client's newest counts: what it had selected before is not selected any more.
    """

    def __init__(self) -> None:
        self._orders: dict[str, RewriteOrder] = {}
        self._lock = threading.Lock()

    def put(self, client: str, order: RewriteOrder) -> None:
        """Remember a client's newest."""
        with self._lock:
            _remember(self._orders, client, order)

    def take(self) -> dict[str, RewriteOrder]:
        """Return what came since the last call, the oldest first."""
        with self._lock:
            orders, self._orders = self._orders, {}
            return orders


class WarmUps:
    """The prefills themselves, in the engine thread."""

    def __init__(self, engine: Engine, requests: WarmRequests) -> None:
        self._engine = engine
        self._requests = requests
        self._orders: dict[str, RewriteOrder] = {}
        self._steps: Generator[None, None, None] | None = None
        self._client = ""

    def __bool__(self) -> bool:
        return bool(self._orders)

    def take_requests(self) -> None:
        """Put what clients ask for now in the place of what they asked for before."""
        for client, order in self._requests.take().items():
            if client == self._client:
                self.pause()
            _remember(self._orders, client, order)

    def drop(self, client: str) -> None:
        """Forget a client's: what was read of it stays where its rewrite finds it."""
        if client == self._client:
            self.pause()
        self._orders.pop(client, None)

    def pause(self) -> None:
        """Let go of the model's memory. Going on later finds what was read."""
        if self._steps:
            self._steps.close()
            self._steps, self._client = None, ""

    def advance(self) -> None:
        """One forward for the oldest.

        Raises:
            EngineLost: the device is gone.
        """
        try:
            if self._steps is None:
                self._client, order = next(iter(self._orders.items()))
                self._steps = self._engine.warm(order)
            next(self._steps)
        except (StopIteration, OrderRefused):
            self.drop(self._client)
        except EngineLost:
            raise
        except Exception:
            # Nobody waits for it; the rewrite itself will say what is wrong.
            logger.exception("a warm prefill failed")
            self.drop(self._client)


def _remember(orders: dict[str, RewriteOrder], client: str, order: RewriteOrder) -> None:
    orders.pop(client, None)
    orders[client] = order
    if len(orders) > MOST_CLIENTS:
        del orders[next(iter(orders))]
