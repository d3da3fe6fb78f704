"""Why an OpenAI-compatible server did not answer, in words that say what to do."""

from __future__ import annotations

import re

import httpx

from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import (
    DEFAULT_WAIT_SECONDS,
    Interrupted,
    RewriteFailed,
    describe_refused_token,
    find_wrong_place,
    read_retry_after,
)
from specedit_lsp.transport.messages import Reason
from specedit_lsp.transport.openai.wire import read_explanation

_TOO_LONG = re.compile(r"context.{0,20}(length|size|window)|maximum.{0,20}(context|length)|too long", re.I)


def read_refusal(endpoint: Endpoint, answer: httpx.Response) -> RewriteFailed:
    """Return what to raise for an answer that is no success and whose content was read."""
    status, words = answer.status_code, read_explanation(answer.content)
    said = f" It said: {words}" if words else ""
    if status in (401, 403):
        return RewriteFailed(Reason.NOT_AUTHORISED, describe_refused_token(endpoint, status) + said)
    if wrong_place := find_wrong_place(endpoint, answer):
        return wrong_place
    if status in (429, 503):
        wait = read_retry_after(answer)
        message = f"{endpoint.url} has no time at the moment.{said}"
        return Interrupted(Reason.QUEUE_FULL, message, DEFAULT_WAIT_SECONDS if wait is None else wait)
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(words)):
        message = f"The selection is too long for the model at {endpoint.url}: select less.{said}"
        return RewriteFailed(Reason.RANGE_TOO_LONG, message)
    if status == 404:
        message = f"{endpoint.url} knows no such model or route: check worker.model and worker.url.{said}"
        return RewriteFailed(Reason.MODEL_UNUSABLE, message)
    if status in (400, 422):
        message = f"{endpoint.url} does not take this request: check worker.model and worker.kind.{said}"
        return RewriteFailed(Reason.MODEL_UNUSABLE, message)
    return RewriteFailed(Reason.INTERNAL_ERROR, f"{endpoint.url} fails (HTTP status {status}).{said}")


def read_finish(finish: str | None, most_tokens: int) -> RewriteFailed | None:
    """Return what to raise for the way in which an answer ended; None if it came to its own end."""
    match finish:
        case "stop" | "eos" | "eos_token":
            return None
        case "length":
            message = (
                f"The model found no end within {most_tokens:,} tokens, so nothing was changed. "
                "Select less, or say more exactly what should change."
            )
            return RewriteFailed(Reason.OUTPUT_CUT_OFF, message)
        case "tool_calls" | "function_call":
            return called_tools()
        case "content_filter":
            message = "The engine's content filter withheld the answer, so nothing was changed."
            return RewriteFailed(Reason.EMPTY_OUTPUT, message)
        case _:
            return Interrupted(Reason.WORKER_CRASHED, "The engine broke off in the middle of its answer.")


def called_tools() -> RewriteFailed:
    """Return what to raise for a model that wants to call a tool."""
    message = "The model called a tool instead of writing text: serve it without tools of its own."
    return RewriteFailed(Reason.MODEL_UNUSABLE, message)
