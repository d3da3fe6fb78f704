"""How a request is refused: always as a :class:`Failed` with a reason from the closed list."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from specedit_lsp.transport.messages import Failed, Reason
from specedit_lsp.worker.engine_protocol import OrderRefused
from specedit_lsp.worker.queue.admission import ComeAgain

JSON = "application/json"

_STATUSES = {
    Reason.MODEL_UNUSABLE: 503,
    Reason.OUT_OF_MEMORY: 503,
    Reason.WORKER_CRASHED: 503,
    Reason.INTERNAL_ERROR: 500,
}
"""Of refusals that the order is not to blame for."""


class RequestRefused(Exception):
    """A request that is not let through, with a message that tells the caller what to do."""

    def __init__(self, status: int, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


def refuse(status: int, reason: Reason, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that refuses a request."""
    failed = Failed(reason=reason, message=message)
    return Response(failed.to_json(), status_code=status, headers=headers, media_type=JSON)


async def refuse_request(request: Request, error: Exception) -> Response:
    """Answer a :class:`RequestRefused`. What is left of its body is not waited for."""
    assert isinstance(error, RequestRefused)
    return refuse(error.status, error.reason, str(error), {"Connection": "close"})


async def refuse_order(request: Request, error: Exception) -> Response:
    """Answer an :class:`OrderRefused`: 422 unless the same order may be carried out another time."""
    assert isinstance(error, OrderRefused)
    if isinstance(error, ComeAgain):
        return refuse(503, error.reason, str(error), {"Retry-After": str(error.seconds)})
    return refuse(_STATUSES.get(error.reason, 422), error.reason, str(error))


async def refuse_route(request: Request, error: Exception) -> Response:
    """Answer a path or method that there is not."""
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    message = f"{phrase}: GET /openapi.json lists what there is."
    return refuse(error.status_code, Reason.NO_SUCH_ROUTE, message, dict(error.headers or {}))


async def refuse_faulty(request: Request, error: Exception) -> Response:
    """Answer what is our own fault. The log has the details."""
    message = f"The worker failed with {type(error).__name__}. Its log has the details."
    return refuse(500, Reason.INTERNAL_ERROR, message)


EXCEPTION_HANDLERS = {
    RequestRefused: refuse_request,
    OrderRefused: refuse_order,
    HTTPException: refuse_route,
    Exception: refuse_faulty,
}
