"""An event loop whose clock jumps to the next thing that is to happen: waiting costs nothing."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")


class Stuck(Exception):
    """Everything waits and no timer is set: nothing would ever happen again."""


class _JumpingSelector(selectors.BaseSelector):
    """Never waits: it moves the clock on instead."""

    def __init__(self) -> None:
        self._files = selectors.DefaultSelector()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck
        self.now += max(timeout, 0)
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._files.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._files.unregister(fileobj)

    def close(self) -> None:
        self._files.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._files.get_map()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Without files, sockets or other threads: what runs here is on its own."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made, as it pretends."""
        return self._jumping.now

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run until the coroutine is done."""
        return self.run_until_complete(coroutine)
