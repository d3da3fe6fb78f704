"""The worker's HTTP application: routes, who may use them, and how they refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from specedit_lsp.worker.http.auth import BearerAuth
from specedit_lsp.worker.http.openapi import SCHEMA_PATH, describe_routes
from specedit_lsp.worker.http.refusals import EXCEPTION_HANDLERS
from specedit_lsp.worker.http.request_limit import RequestLimit
from specedit_lsp.worker.http.routes import ROUTES
from specedit_lsp.worker.queue.service import RewriteService


def create_app(make_service: Callable[[], RewriteService], token: str) -> Starlette:
    """The routes over a service that is made and started with the application.

    Raises:
        ValueError: the token is empty.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.service = make_service()
        app.state.service.start()
        yield

    routes = [Route(route.path, route.handle, methods=[route.method]) for route in ROUTES]
    return Starlette(
        routes=[*routes, Route(SCHEMA_PATH, show_schema, methods=["GET"])],
        middleware=[Middleware(BearerAuth, token=token), Middleware(RequestLimit)],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=lifespan,
    )


async def show_schema(request: Request) -> Response:
    """``GET /openapi.json``: what this worker serves."""
    return JSONResponse(describe_routes(ROUTES))
