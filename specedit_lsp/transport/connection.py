"""What can be asked of a worker, whatever it is and wherever it runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Protocol, Self

from specedit_lsp.transport.messages import Alive, Done, Piece, PromptShown, RewriteOrder, WorkerStatus


class Connection(Protocol):
    """A connection to one worker. An async context manager."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        """Send ``order`` and yield what comes back, up to and including :class:`Done`.

        Closing the generator makes the worker stop.

        Raises:
            Interrupted: the same order may be sent again.
            RewriteFailed: the worker refused or failed.
        """
        ...

    async def status(self) -> WorkerStatus:
        """Where the worker stands now.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        ...

    def follow_status(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield where the worker stands, now and after every change, until it goes away.

        Raises:
            RewriteFailed: it cannot be reached or fell silent.
        """
        ...

    async def warm(self, order: RewriteOrder) -> None:
        """Have the worker read what it can of an order whose instruction is not known yet, when it has time.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        ...

    async def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """What the model would read for ``order``.

        Raises:
            RewriteFailed: the order cannot be carried out, or the worker cannot be reached.
        """
        ...
