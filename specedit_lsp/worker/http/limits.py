"""How much one request may bring, and how long it may take to arrive."""

from __future__ import annotations

import asyncio

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request

from specedit_lsp.transport.content_digest import HEADER, is_intact
from specedit_lsp.transport.messages import Reason, RewriteOrder
from specedit_lsp.worker.http.refusals import RequestRefused
from specedit_lsp.worker.queue.admission import ComeAgain

MOST_BODY_BYTES = 8 * 2**20
"""More than an order with all its texts at their limits takes, in most languages."""
MOST_DRAINED_BYTES = 4 * MOST_BODY_BYTES
"""A body that is too large is read up to here and thrown away, so that its sender hears why it is refused."""
BODY_SECONDS = 30.0
"""In which a body must have arrived."""
MOST_TEXT = 1_000_000
"""Characters of code: beyond what models read, and not so much that turning it into tokens takes long."""
MOST_INSTRUCTION = 100_000
"""Characters."""
MOST_NAME = 1_000
"""Characters."""
MOST_TOKENS = 1_000_000
"""Of a budget, as for the settings that it comes from."""


class BoundedOrder(RewriteOrder):
    """A RewriteOrder as the worker takes it: no text of it is longer than what a model could read."""

    instruction: str = Field(max_length=MOST_INSTRUCTION)
    selection: str = Field(max_length=MOST_TEXT)
    before: str = Field(default="", max_length=MOST_TEXT)
    after: str = Field(default="", max_length=MOST_TEXT)
    language: str = Field(default="plaintext", max_length=MOST_NAME)
    workspace: str = Field(default="", max_length=MOST_NAME)
    rules: str = Field(default="", max_length=MOST_TEXT)
    context_tokens: int = Field(default=1024, ge=0, le=MOST_TOKENS)
    rules_tokens: int = Field(default=1024, ge=0, le=MOST_TOKENS)
    likely: str = Field(default="", max_length=MOST_TEXT)
    verified: str = Field(default="", max_length=MOST_TEXT)


async def read_order(request: Request) -> RewriteOrder:
    """Read the order in a request's body.

    Raises:
        RequestRefused: it is none, too large, or does not arrive.
        ComeAgain: it did not arrive as it left.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _read_body(request)
    except TimeoutError:
        message = f"The order did not arrive within {BODY_SECONDS:.0f} seconds."
        raise RequestRefused(408, Reason.INVALID_ORDER, message) from None
    except ClientDisconnect:
        raise RequestRefused(400, Reason.INVALID_ORDER, "The order broke off.") from None
    if not is_intact(body, request.headers.get(HEADER)):
        raise ComeAgain(Reason.INVALID_ORDER, "The order was changed on its way to the worker.", 1)
    try:
        return BoundedOrder.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _refuse_body(
            error.errors(include_url=False, include_input=False, include_context=True)[0]
        ) from None


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read <= MOST_BODY_BYTES:
            body += chunk
        elif read > MOST_DRAINED_BYTES:
            break
    if read > MOST_BODY_BYTES:
        message = f"The order is larger than {MOST_BODY_BYTES // 2**20} MiB. Select less."
        raise RequestRefused(413, Reason.ORDER_TOO_LARGE, message)
    return bytes(body)


def _refuse_body(error: ErrorDetails) -> RequestRefused:
    """What is wrong, in words that do not quote the order."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "string_too_long":
        most = error["ctx"]["max_length"]
        reason = Reason.RANGE_TOO_LONG if where == "selection" else Reason.ORDER_TOO_LARGE
        advice = "Select less." if where == "selection" else "Shorten it."
        return RequestRefused(413, reason, f"The {where} is longer than {most:,} characters. {advice}")
    place = f" at {where[:100]}" if where else ""
    return RequestRefused(400, Reason.INVALID_ORDER, f"This is not an order{place}: {error['msg'][:200]}.")
