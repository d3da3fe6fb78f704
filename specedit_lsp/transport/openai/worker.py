"""An OpenAI-compatible server in the place of a worker."""

from __future__ import annotations

from dataclasses import replace

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.openai.client import Knowledge, OpenAIClient
from specedit_lsp.transport.remote.remote_worker import find_endpoint


class OpenAIWorker:
    """Reached with the user's token if there is one. It is neither started nor ended from here."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._knowledge = Knowledge()

    async def connect(self) -> OpenAIClient:
        """A client of the server. Close it after use.

        Raises:
            RewriteFailed: its address is none, or the keyring fails.
        """
        endpoint = await find_endpoint(self._settings)
        # Other clients of this API are given its address with the version.
        endpoint = replace(endpoint, url=endpoint.url.removesuffix("/v1"))
        return OpenAIClient(endpoint, self._settings.model, self._knowledge)

    async def join(self) -> OpenAIClient | None:
        """The same as :meth:`connect`: whether it is there shows when it is asked."""
        return await self.connect()

    async def stop(self) -> None:
        """Nothing: it is for others to end."""
