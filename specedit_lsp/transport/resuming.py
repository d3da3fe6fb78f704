"""Rewrites that outlive the connection they began on.

The output of a worker is deterministic. So an order whose answer broke off is sent again with what had come
as ``verified``, a draft of the answer: the worker reads it in a forward or a few instead of writing it anew.
What then comes must begin with exactly what was delivered, and only what follows is delivered.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import anyio

from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import Interrupted, RewriteFailed
from specedit_lsp.transport.messages import Alive, Done, Origin, Piece, Reason, RewriteOrder

logger = logging.getLogger(__name__)

BACK_OFF_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""At most this long before the second, third ... try in a row that brings no text."""
PATIENCE_SECONDS = 60.0
"""Without text and with nothing but interruptions, after this long the rewrite is given up."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """Another try follows."""

    message: str
    """What is the matter, for the user."""
    seconds: float
    """How long the next one is put off."""


class ResumingRewriter:
    """Carries orders out through whatever connection there is, and through another where one is lost."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        """``connect`` is asked for a connection for each try; it raises RewriteFailed if there is none."""
        self._connect = connect

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Interruption | Done, None]:
        """Send ``order`` and yield what comes back, up to and including :class:`Done`.

        Closing the generator makes the worker stop before its next forward.

        Raises:
            RewriteFailed: the worker refused, or was interrupted too often in a row; or it wrote something
                else than what had been delivered.
        """
        delivered = _Delivered()
        patience = _Patience()
        while True:
            try:
                async with await self._connect() as connection:
                    attempt = order.model_copy(update={"verified": delivered.text})
                    async with (
                        aclosing(connection.rewrite(attempt)) as answer,
                        aclosing(delivered.follow(answer)) as events,
                    ):
                        async for event in events:
                            if isinstance(event, Piece) and patience.is_tried:
                                patience = _Patience()
                                yield Alive()
                            yield event
                            if isinstance(event, Done):
                                return
            except Interrupted as error:
                logger.info("a rewrite was interrupted: %s", error)
                seconds = patience.put_off(error)
                yield Interruption(_describe(error), seconds)
            await anyio.sleep(seconds)


class _Delivered:
    """What has been handed on of an answer, over all tries."""

    def __init__(self) -> None:
        self.text = ""
        self._pieces = 0

    async def follow(
        self, events: AsyncGenerator[Piece | Alive | Done, None]
    ) -> AsyncGenerator[Piece | Alive | Done, None]:
        """Yield what goes beyond the text delivered before.

        Raises:
            RewriteFailed: the answer is another one.
        """
        before, heard = self.text, 0
        async for event in events:
            match event:
                case Piece(text=text, origins=origins):
                    known = before[heard : heard + len(text)]
                    heard += len(text)
                    if not text.startswith(known):
                        raise _another_answer()
                    if new := text[len(known) :]:
                        self.text += new
                        yield Piece(seq=self._pieces, text=new, origins=_drop(origins, len(known)))
                        self._pieces += 1
                case Done() if heard < len(before):
                    raise _another_answer()
                case _:
                    yield event


class _Patience:
    """How often and how long interruptions are borne while no text comes."""

    def __init__(self) -> None:
        self._tries = 0
        self._since: float | None = None

    @property
    def is_tried(self) -> bool:
        """Whether there was an interruption."""
        return self._since is not None

    def put_off(self, error: Interrupted) -> float:
        """Return how many seconds to wait before the next try.

        Raises:
            RewriteFailed: no further try is worth it.
        """
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if error.retry_after is not None:
            # The worker is well and says when to come back; not all who were told so should do so at once.
            seconds = error.retry_after + random.uniform(0.1, 0.5)
        elif self._tries < len(BACK_OFF_SECONDS):
            seconds = BACK_OFF_SECONDS[self._tries] * random.uniform(0.5, 1)
            self._tries += 1
        else:
            message = f"{error} {self._tries} further tries brought nothing: run `specedit doctor`."
            raise RewriteFailed(error.reason, message) from error
        if now + seconds - self._since > PATIENCE_SECONDS:
            waited = now - self._since
            message = f"{error} Given up after {waited:.0f} seconds: try again later."
            raise RewriteFailed(error.reason, message) from error
        return seconds


def _describe(error: Interrupted) -> str:
    return f"reconnecting: {error}" if error.retry_after is None else f"waiting: {error}"


def _another_answer() -> RewriteFailed:
    return RewriteFailed(
        Reason.OUTPUT_DIFFERS,
        "The connection was lost, and the second answer began otherwise than the first, so nothing was "
        "changed. Try again; if it happens often, your workers run different models or devices.",
    )


def _drop(origins: tuple[Origin, ...], characters: int) -> tuple[Origin, ...]:
    """Return where the rest of a text is from, behind its first ``characters``."""
    kept: list[Origin] = []
    for origin in origins:
        length = origin.length - max(min(characters, origin.length), 0)
        characters -= origin.length
        if length:
            kept.append(origin.model_copy(update={"length": length}))
    return tuple(kept)
