"""The worker's HTTP routes."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from specedit_lsp.transport.messages import Failed, Message, Reason, RewriteOrder
from specedit_lsp.worker.engine_protocol import OrderRefused
from specedit_lsp.worker.service import RewriteService
from specedit_lsp.worker.tickets import RewriteTicket

NDJSON = "application/x-ndjson"


class BearerAuth:
    """Lets nobody in who does not bear the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization", "")
            if not hmac.compare_digest(given.encode(), self._expected):
                await Response(status_code=401)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def create_app(make_service: Callable[[], RewriteService], token: str) -> Starlette:
    """The routes over a service that is made and started with the application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.service = make_service()
        app.state.service.start()
        yield

    return Starlette(
        routes=[
            Route("/v1/rewrite", rewrite, methods=["POST"]),
            Route("/v1/warm", warm, methods=["POST"]),
            Route("/v1/prompt", show_prompt, methods=["POST"]),
            Route("/v1/status", show_status, methods=["GET"]),
            Route("/v1/status/stream", stream_status, methods=["GET"]),
        ],
        middleware=[Middleware(BearerAuth, token=token)],
        exception_handlers={ValidationError: _refuse_body, OrderRefused: _refuse_order},
        lifespan=lifespan,
    )


async def rewrite(request: Request) -> Response:
    """``POST /v1/rewrite``: a RewriteOrder in, a stream of events out."""
    service: RewriteService = request.app.state.service
    return OrderStream(service, service.submit(await _read_order(request)))


async def warm(request: Request) -> Response:
    """``POST /v1/warm``: a RewriteOrder in, nothing out; done when there is time."""
    service: RewriteService = request.app.state.service
    service.warm(await _read_order(request))
    return Response(status_code=204)


async def show_prompt(request: Request) -> Response:
    """``POST /v1/prompt``: a RewriteOrder in, a PromptShown out."""
    service: RewriteService = request.app.state.service
    shown = await service.show_prompt(await _read_order(request))
    return Response(shown.to_json(), media_type="application/json")


class OrderStream(StreamingResponse):
    """The events of one order. However the response ends, the order ends with it."""

    def __init__(self, service: RewriteService, ticket: RewriteTicket) -> None:
        super().__init__(_lines(service.events(ticket)), media_type=NDJSON)
        self._service = service
        self._ticket = ticket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._service.withdraw(self._ticket)


async def show_status(request: Request) -> Response:
    """``GET /v1/status``: a WorkerStatus."""
    service: RewriteService = request.app.state.service
    return Response(service.board.current.to_json(), media_type="application/json")


async def stream_status(request: Request) -> Response:
    """``GET /v1/status/stream``: a WorkerStatus now and after every change."""
    service: RewriteService = request.app.state.service
    return StreamingResponse(_lines(service.board.follow()), media_type=NDJSON)


async def _read_order(request: Request) -> RewriteOrder:
    return RewriteOrder.model_validate_json(await request.body())


async def _refuse_body(request: Request, error: Exception) -> Response:
    return _refuse(400, Failed(reason=Reason.INTERNAL_ERROR, message=f"This is not an order: {error}"))


async def _refuse_order(request: Request, error: Exception) -> Response:
    assert isinstance(error, OrderRefused)
    return _refuse(503, Failed(reason=error.reason, message=str(error)))


def _refuse(status: int, failed: Failed) -> Response:
    return Response(failed.to_json(), status_code=status, media_type="application/json")


async def _lines(messages: AsyncGenerator[Message, None]) -> AsyncGenerator[str, None]:
    async for message in messages:
        yield message.to_json() + "\n"
