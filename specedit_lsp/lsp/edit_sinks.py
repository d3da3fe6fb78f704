"""Where hunks go for a client that applies them itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specedit_lsp.lsp.messages import PartialResult, WireRange
from specedit_lsp.lsp.progress import WorkProgress
from specedit_lsp.lsp.region import Region
from specedit_lsp.text.line_edits import TextChange


class CollectingSink:
    """For clients that want no partial results: everything is in the response."""

    def __init__(self, progress: WorkProgress) -> None:
        self._progress = progress

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Nothing to do: the outcome holds all changes."""

    async def waiting(self, ahead: int) -> None:
        """Tell the user what the rewrite waits for."""
        self._progress.report(f"waiting, {ahead} ahead" if ahead else "rewriting")

    async def interrupted(self, message: str) -> None:
        """Tell the user why there is a pause."""
        self._progress.report(message)

    async def take_back(self) -> None:
        """Nothing to do: nothing was delivered."""

    async def cancel(self) -> None:
        """Nothing to do: a client that applies hunks itself restores the text itself."""

    @property
    def has_delivered(self) -> bool:
        """Whether the document may hold hunks of ours."""
        return False

    @property
    def is_disturbed(self) -> bool:
        """Whether somebody else changed the region, as far as it is ours to notice."""
        return False


class PartialResults:
    """The partial results of one request, numbered through all its regions."""

    def __init__(self, server: LanguageServer, token: int | str) -> None:
        self._server = server
        self._token = token
        self._numbers = itertools.count()

    def send(self, region: Region, changes: Sequence[TextChange]) -> None:
        """Send hunks of a region, in coordinates of the base version."""
        self._send(PartialResult(seq=next(self._numbers), edits=region.wire_edits(changes)))

    def send_restore(self, region: Region) -> None:
        """Tell the client to put the region's original text back."""
        restore = (WireRange.of(region.range),)
        self._send(PartialResult(seq=next(self._numbers), edits=(), restore=restore))

    def _send(self, partial: PartialResult) -> None:
        self._server.progress(types.ProgressParams(token=self._token, value=partial.to_wire()))


class PartialResultSink(CollectingSink):
    """For our own clients, which apply them: hunks of one region by ``$/progress``."""

    def __init__(self, results: PartialResults, region: Region, progress: WorkProgress) -> None:
        super().__init__(progress)
        self._results = results
        self._region = region
        self._has_delivered = False

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        """Send one partial result."""
        self._has_delivered = True
        self._results.send(self._region, changes)

    async def take_back(self) -> None:
        """Have the client restore the region while the rewrite of others goes on."""
        if self._has_delivered:
            self._results.send_restore(self._region)
