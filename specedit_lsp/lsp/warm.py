"""`specedit/warm`: the worker reads a selection while the user still thinks about the instruction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
from pydantic import ValidationError

from specedit_lsp.lsp.errors import RequestRefused
from specedit_lsp.lsp.messages import WireDocument, WireModel, WireRange, WireRegion
from specedit_lsp.lsp.region import open_document, open_region
from specedit_lsp.transport.client import RewriteFailed

if TYPE_CHECKING:
    from specedit_lsp.lsp.server import SpecEditServer

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 0.25
"""A selection that stays this long without a newer one, or a change of its document, has settled."""


class WarmParams(WireModel):
    """Parameters of `specedit/warm`."""

    text_document: WireDocument
    range: WireRange


class SelectionWarmer:
    """Tells the worker of the newest selection once it has settled. Nobody hears of what goes wrong here."""

    def __init__(self, server: SpecEditServer) -> None:
        self._server = server
        self._scope: anyio.CancelScope | None = None

    def settle(self, params: Any) -> None:
        """Take in a selection, which replaces the one before."""
        if self._scope:
            self._scope.cancel()
        try:
            wanted = WarmParams.model_validate(params)
        except ValidationError:
            logger.debug("ignored a selection to warm that is none")
            return
        self._scope = anyio.CancelScope()
        self._server.spawn(self._warm(wanted, self._scope))

    async def _warm(self, wanted: WarmParams, scope: anyio.CancelScope) -> None:
        server = self._server
        try:
            document = open_document(server.exact_workspace, wanted.text_document)
            # The range is of this version: any change makes another selection of it.
            with (
                scope,
                document.on_change(lambda change, source: scope.cancel()),
                document.on_close(scope.cancel),
            ):
                await anyio.sleep(SETTLE_SECONDS)
                region = open_region(document, WireRegion(range=wanted.range))
                order = region.job("", "", server.find_project(region.uri), server.drafting).order()
                if worker := await server.worker.join():
                    async with worker:
                        await worker.warm(order)
        except (RequestRefused, RewriteFailed) as error:
            logger.debug("a selection is not warmed: %s", error)
