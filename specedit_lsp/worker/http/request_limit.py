"""Knows who asks, and bounds how many requests one client may have open at the same time."""

from __future__ import annotations

import re
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from specedit_lsp.transport.messages import Reason
from specedit_lsp.worker.http.refusals import refuse

CLIENT_HEADER = "Specedit-Client"
CLIENT_NAME = re.compile(r"[A-Za-z0-9._-]{0,64}")
"""What a client may call itself: it is counted by that, and told apart from others."""
MOST_REQUESTS = 128
"""Of one client, streams included."""


class RequestLimit:
    """Has every client go by a plain name, its request's ``state.client``; it may be empty."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = Headers(scope=scope).get(CLIENT_HEADER, "")
        if refusal := self._refuse(client):
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["client"] = client
        self._open[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def _refuse(self, client: str) -> Response | None:
        if not CLIENT_NAME.fullmatch(client):
            message = (
                f"{CLIENT_HEADER} is a name of 64 letters, digits, dots, hyphens and underscores at most."
            )
            return refuse(400, Reason.INVALID_ORDER, message, {"Connection": "close"})
        if self._open[client] >= MOST_REQUESTS:
            message = f"This client has {MOST_REQUESTS} requests open already. Try again in a moment."
            again = {"Retry-After": "1", "Connection": "close"}
            return refuse(503, Reason.TOO_MANY_REQUESTS, message, again)
        return None
