"""Streams of events, one JSON value a line, to readers that may be slow or gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator

from starlette.responses import StreamingResponse
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from specedit_lsp.transport.messages import Failed, Message, Reason
from specedit_lsp.worker.queue.service import RewriteService
from specedit_lsp.worker.queue.tickets import RewriteTicket

logger = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"
READER_SECONDS = 30.0
"""How long a reader may take nothing at all while there is something for it."""


class OrderStream(StreamingResponse):
    """The events of one order. However the response ends, the order ends with it.

    A reader that is too slow costs its own rewrite: that is suspended while its outbox is full, and given up
    when the reader has taken nothing for ``READER_SECONDS``. If it comes back later, it hears why.
    """

    def __init__(self, service: RewriteService, ticket: RewriteTicket) -> None:
        super().__init__(write_lines(service.events(ticket)), media_type=NDJSON)
        self._service = service
        self._ticket = ticket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_soon(message: AsgiMessage) -> None:
            async with asyncio.timeout(READER_SECONDS):
                await send(message)

        is_stuck = False
        try:
            await super().__call__(scope, receive, send_soon)
        except TimeoutError:
            is_stuck = True
        finally:
            self._service.withdraw(self._ticket)
        if is_stuck:
            logger.warning("a rewrite was given up: its reader took nothing for %.0f seconds", READER_SECONDS)
            with contextlib.suppress(TimeoutError):
                await send_soon(_goodbye())


async def write_lines(messages: AsyncGenerator[Message, None]) -> AsyncGenerator[str, None]:
    """Yield each message as a line of JSON."""
    async for message in messages:
        yield message.to_json() + "\n"


def _goodbye() -> AsgiMessage:
    message = (
        f"Nothing of the rewrite was read for {READER_SECONDS:.0f} seconds, so it was given up. Try again."
    )
    failed = Failed(reason=Reason.READER_TOO_SLOW, message=message)
    return {"type": "http.response.body", "body": f"{failed.to_json()}\n".encode(), "more_body": False}
