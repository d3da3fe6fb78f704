"""What stands between the network and the routes: who asks, for what, and how much of it he may have."""

from __future__ import annotations

import asyncio
import logging
import math
import uuid
from collections.abc import Awaitable, Mapping
from typing import Protocol, TypeVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specedit_lsp.transport.messages import Reason
from specedit_lsp.worker.cluster.quotas import Refusal
from specedit_lsp.worker.cluster.users import User, UserFile
from specedit_lsp.worker.http.auth import RefusalLog
from specedit_lsp.worker.http.openapi import SCHEMA_PATH
from specedit_lsp.worker.http.refusals import refuse
from specedit_lsp.worker.http.request_limit import CLIENT_HEADER
from specedit_lsp.worker.http.routes import ROUTES
from specedit_lsp.worker.queue import metrics
from specedit_lsp.worker.queue.metrics import Meter

logger = logging.getLogger(__name__)

OPEN_PATHS = frozenset({SCHEMA_PATH, *(route.path for route in ROUTES)} - {"/v1/retire"})
"""What users may ask for. To retire a worker is the cluster's business."""
STATUS_SECONDS = 30.0
"""How long a stream of the status lasts; the client asks again. So a replica that is to end soon can."""
LEDGER_SECONDS = 1.0
"""How long the ledger may take before a rewrite is let through without it."""
RENEWAL_SECONDS = 5.0

Answer = TypeVar("Answer")


class Ledger(Protocol):
    """Where the rewrites of all replicas are counted: :class:`.quotas.QuotaLedger`, from afar."""

    async def begin(self, user: User, lease: str) -> Refusal | None:
        """Count a rewrite as begun, or say why not."""
        ...

    async def renew(self, leases: Mapping[str, str]) -> None:
        """These rewrites go on."""
        ...

    async def end(self, user: User, lease: str) -> None:
        """A rewrite is over."""
        ...


class UserGuard:
    """An ASGI application in front of the routes, which lets users in within their quotas."""

    def __init__(self, app: ASGIApp, token: str, users: UserFile, ledger: Ledger, meter: Meter) -> None:
        """``token`` is what ``app`` itself asks for; whoever is let in bears it from here on."""
        self._app = app
        self._token = token
        self._users = users
        self._ledger = ledger
        self._meter = meter
        self._leases: dict[str, str] = {}
        self._strangers = RefusalLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        user = self._users.find(token) if scheme.lower() == "bearer" else None
        if user is None:
            self._strangers.note(scope)
            message = "The token is not known here. Ask whoever runs this server for one."
            answer = self._refuse(401, Reason.NOT_AUTHORISED, message, {"WWW-Authenticate": "Bearer"})
            await answer(scope, receive, send)
        elif path not in OPEN_PATHS:
            answer = self._refuse(404, Reason.NO_SUCH_ROUTE, f"GET {SCHEMA_PATH} lists what there is.")
            await answer(scope, receive, send)
        elif path == "/v1/rewrite":
            await self._rewrite(user, scope, receive, send)
        elif path == "/v1/status/stream":
            await self._follow_status(user, scope, receive, send)
        else:
            await self._app(self._as_ours(scope, user), receive, send)

    async def renew_leases(self) -> None:
        """Tell the ledger, for ever, that the rewrites under way here go on."""
        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            if self._leases:
                await self._ask(self._ledger.renew(dict(self._leases)))

    async def _rewrite(self, user: User, scope: Scope, receive: Receive, send: Send) -> None:
        lease = uuid.uuid4().hex
        if refusal := await self._ask(self._ledger.begin(user, lease)):
            headers = {"Retry-After": str(max(math.ceil(refusal.retry_after), 1))}
            answer = self._refuse(429, Reason.TOO_MANY_REQUESTS, refusal.message, headers)
            await answer(scope, receive, send)
            return
        self._leases[lease] = user.name
        try:
            await self._app(self._as_ours(scope, user), receive, send)
        finally:
            del self._leases[lease]
            # Also where the request was cancelled: the share is free again now, not when the lease lapses.
            await asyncio.shield(self._ask(self._ledger.end(user, lease)))

    async def _follow_status(self, user: User, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def note_begin(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            async with asyncio.timeout(STATUS_SECONDS):
                await self._app(self._as_ours(scope, user), receive, note_begin)
        except TimeoutError:
            if began:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _ask(self, question: Awaitable[Answer]) -> Answer | None:
        """The ledger's answer. Without one rewrites go on uncounted: quotas are no reason to stop a team."""
        try:
            async with asyncio.timeout(LEDGER_SECONDS):
                return await question
        except Exception as error:
            logger.warning("the ledger of quotas does not answer: %s %s", type(error).__name__, error)
            return None

    def _refuse(
        self, status: int, reason: Reason, message: str, headers: dict[str, str] | None = None
    ) -> Response:
        self._meter.record(metrics.REFUSALS, 1, reason=reason.value)
        return refuse(status, reason, message, headers)

    def _as_ours(self, scope: Scope, user: User) -> Scope:
        """The request as the application behind takes it: with its token, in the name of the user.

        A user is one client, however many windows he has, and cannot take more turns under more names.
        """
        ours = {**scope, "headers": list(scope["headers"])}
        headers = MutableHeaders(scope=ours)
        headers["authorization"] = f"Bearer {self._token}"
        headers[CLIENT_HEADER] = user.name
        return ours
