"""Events on their way from the engine thread to one reader."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable

from specedit_lsp.transport.messages import Alive, Event, Piece

logger = logging.getLogger(__name__)

MOST_UNREAD_BYTES = 256 * 1024
"""What may wait for a reader. A rewrite whose reader leaves more than this is not advanced."""
_ORIGIN_BYTES = 48
"""About what an origin takes as JSON."""


class Outbox:
    """Filled from any thread, emptied in the event loop that it was made in."""

    def __init__(self, on_room: Callable[[], None]) -> None:
        """``on_room`` is called, in the event loop, when the reader has caught up so far that it is full no
        more."""
        self._on_room = on_room
        self._loop = asyncio.get_running_loop()
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self._told_ahead = 0
        self._ahead = 0
        self._lock = threading.Lock()
        self._unread_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether the reader is behind. Any thread may ask."""
        return self._unread_bytes > MOST_UNREAD_BYTES

    def put(self, event: Event) -> None:
        """Add an event, from any thread. It is never refused: whoever adds asks :attr:`is_full` first."""
        self._count(_size(event))
        try:
            self._loop.call_soon_threadsafe(self._add, event)
        except RuntimeError:
            logger.debug("the event loop is gone; the worker is going down")

    def tell_ahead(self, ahead: int) -> None:
        """Have the reader know how many rewrites come first, at once if that is new. In the event loop."""
        self._ahead = ahead
        if ahead != self._told_ahead:
            self._news.set()

    async def take(self, seconds: float) -> Event:
        """Return the next event; after ``seconds`` without any, a sign of life."""
        while not (self._events or self._ahead != self._told_ahead):
            self._news.clear()  # of a place that was gained and lost again, at most
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return self._alive()
        event = self._alive() if self._ahead != self._told_ahead else self._events.popleft()
        if self._count(-_size(event)):
            self._on_room()
        return event

    def _add(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    def _alive(self) -> Alive:
        self._told_ahead = self._ahead
        return Alive(ahead=self._ahead)

    def _count(self, change: int) -> bool:
        """Count bytes in or out. Return whether there is room now where there was none."""
        with self._lock:
            was_full = self.is_full
            self._unread_bytes += change
            return was_full and not self.is_full


def _size(event: Event) -> int:
    return len(event.text) + _ORIGIN_BYTES * len(event.origins) if isinstance(event, Piece) else 0
