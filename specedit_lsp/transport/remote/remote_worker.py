"""A worker that others run, at `worker.url`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio
import anyio.to_thread

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Reason, WorkerStatus
from specedit_lsp.transport.remote.address import check_address
from specedit_lsp.transport.remote.tokens import VARIABLE, find_token

STATUS_SECONDS = 1.0
"""Between two streams of the status."""


class RemoteClient(WorkerClient):
    """A connection to a worker that others run, or to a cluster of them."""

    async def follow_status(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield where the worker stands, now and after every change.

        A cluster ends such streams now and then, so that none holds up the end of a replica. That is no
        reason to call the worker gone: it is asked again.

        Raises:
            RewriteFailed: it cannot be reached or fell silent.
        """
        while True:
            async with aclosing(super().follow_status()) as statuses:
                async for status in statuses:
                    yield status
            await anyio.sleep(STATUS_SECONDS)


class RemoteWorker:
    """Reached with the user's token. It is neither started nor ended from here."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings

    async def connect(self) -> WorkerClient:
        """A client of the worker. Close it after use.

        Raises:
            RewriteFailed: its address is none, or there is no token for it.
        """
        endpoint = await find_endpoint(self._settings)
        if not endpoint.token:
            message = (
                f"There is no token for {endpoint.url}: `specedit worker login {endpoint.url}` keeps one, "
                f"or put it into ${VARIABLE}."
            )
            raise RewriteFailed(Reason.NOT_AUTHORISED, message)
        return RemoteClient(endpoint)

    async def join(self) -> WorkerClient | None:
        """The same as :meth:`connect`: whether it is there shows when it is asked."""
        return await self.connect()

    async def stop(self) -> None:
        """Nothing: it is for others to end."""


async def find_endpoint(settings: WorkerSettings) -> Endpoint:
    """Return the address that settings name, and the token for it, which is empty if there is none.

    Raises:
        RewriteFailed: the address is none, or the keyring fails.
    """
    url = check_address(settings.url, settings.allow_plain_http)
    return Endpoint(url, await anyio.to_thread.run_sync(find_token, url))
