"""Work-done progress: shown while a job runs, cancellable where the client allows it, always ended."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Any

import anyio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

CREATE_SECONDS = 2.0


class WorkProgress:
    """One progress bar in the client; silent where the client shows none."""

    def __init__(self, server: LanguageServer, token: int | str | None) -> None:
        self._progress = server.work_done_progress
        self._token = token

    def report(self, message: str, percent: int | None = None) -> None:
        """Say what is going on; ``percent`` from 0 to 100 where it is known."""
        if self._token is not None:
            self._progress.report(
                self._token, types.WorkDoneProgressReport(message=message, percentage=percent)
            )


@asynccontextmanager
async def work_progress(
    server: LanguageServer,
    title: str,
    token: int | str | None = None,
    *,
    percent: int | None = None,
    cancel: anyio.CancelScope | None = None,
) -> AsyncGenerator[WorkProgress, None]:
    """Show progress for the duration of the block.

    With the client's ``token`` it belongs to the client's request; without one it is created by us if the
    client can show it. The client's cancel button cancels ``cancel``.
    """
    if token is None:
        token = await _create_token(server)
    progress = server.work_done_progress
    if token is not None:
        cancellable = cancel is not None
        begin = types.WorkDoneProgressBegin(title=title, cancellable=cancellable, percentage=percent)
        progress.begin(token, begin)
        if cancel is not None:
            scope = cancel

            def cancel_job(future: Future[Any]) -> None:
                if future.cancelled():
                    scope.cancel()

            progress.tokens[token].add_done_callback(cancel_job)
    try:
        yield WorkProgress(server, token)
    finally:
        if token is not None:
            # pygls never forgets a token by itself.
            progress.tokens.pop(token, None)
            progress.end(token, types.WorkDoneProgressEnd())


async def _create_token(server: LanguageServer) -> str | None:
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token = str(uuid.uuid4())
    try:
        await asyncio.wait_for(server.work_done_progress.create_async(token), CREATE_SECONDS)
    except (TimeoutError, JsonRpcException):
        return None
    return token
