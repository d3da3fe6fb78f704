"""Nobody is let in who does not bear the token."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from hmac import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from specedit_lsp.transport.messages import Reason
from specedit_lsp.worker.http.refusals import refuse

logger = logging.getLogger(__name__)

LOG_SECONDS = 60.0
"""Between two lines about refused peers: whoever knocks often does not fill the log."""


class BearerAuth:
    """An application behind a token, compared in constant time: no answer tells how near a guess is."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        if not token:
            raise ValueError("A worker needs a token: an empty one would let everybody in.")
        self._app = app
        self._expected = f"Bearer {token}".encode()
        self._refused = RefusalLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and self._is_known(scope)):
            await self._app(scope, receive, send)
            return
        self._refused.note(scope)
        headers = {"WWW-Authenticate": "Bearer", "Connection": "close"}
        answer = refuse(401, Reason.NOT_AUTHORISED, "The token is missing or wrong.", headers)
        await answer(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("authorization")
        return len(given) == 1 and compare_digest(given[0].encode("latin-1"), self._expected)


class RefusalLog:
    """Logs that peers were refused: how many and where from, never what they sent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._silent_until = -LOG_SECONDS
        self._unlogged = 0

    def note(self, scope: Scope) -> None:
        """Log a refused peer, or count it for the next line."""
        self._unlogged += 1
        now = self._clock()
        if now < self._silent_until:
            return
        peer = scope.get("client")
        place = peer[0] if peer and peer[0] else "a unix socket"
        logger.warning(
            "refused for want of the token: %d since the last such line; %s", self._unlogged, place
        )
        self._silent_until, self._unlogged = now + LOG_SECONDS, 0
