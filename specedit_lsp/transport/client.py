"""Talks to one worker: HTTP/1.1, over a socket or the network; newline-delimited JSON back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from types import TracebackType
from typing import Self

import httpx

from specedit_lsp.transport.content_digest import HEADER, describe_content
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import Interrupted, RewriteFailed, check_answer, refuse, told_apart
from specedit_lsp.transport.lines import read_lines
from specedit_lsp.transport.messages import (
    EVENT,
    Alive,
    Done,
    Event,
    Failed,
    Piece,
    PromptShown,
    Reason,
    RewriteOrder,
    WorkerStatus,
)
from specedit_lsp.transport.remote.affinity import name_session
from specedit_lsp.transport.remote.http_client import open_http

__all__ = ["Interrupted", "RewriteFailed", "WorkerClient"]

# The worker says that it is alive every few seconds; a silence this long means that it hangs.
SILENCE_SECONDS = 30.0
# A prompt is shown by the thread that loads the model, and a large one takes a while to load.
LOADING_SECONDS = 300.0
PROCESS_NAME = secrets.token_hex(8)
"""What this process calls itself to workers. By chance, so that it tells them nothing else."""


class WorkerClient:
    """A connection to one worker. An async context manager."""

    def __init__(self, endpoint: Endpoint, name: str = PROCESS_NAME) -> None:
        """``name`` tells the worker who asks, so that it deals fairly: one name for a window or a command."""
        self._endpoint = endpoint
        self._http = open_http(endpoint, SILENCE_SECONDS)
        self._http.headers["Specedit-Client"] = name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        """Send ``order`` and yield what comes back, up to and including :class:`Done`.

        Closing the generator makes the worker stop before its next forward. Pieces are checked against the
        hash in the closing line.

        Raises:
            Interrupted: the worker broke off, fell silent, vanished or has no time; it may be asked again.
            RewriteFailed: the worker refused, or sent what it may not.
        """
        heard = hashlib.sha256()
        async with aclosing(self._events("/v1/rewrite", order)) as events:
            async for event in events:
                match event:
                    case Failed():
                        raise refuse(event)
                    case Piece(text=text):
                        heard.update(text.encode("utf-8", "surrogatepass"))
                    case Done(sha256=expected) if expected != heard.hexdigest():
                        raise Interrupted(Reason.OUTPUT_CUT_OFF, "Text was lost on the way from the worker.")
                    case _:
                        pass
                yield event
                if isinstance(event, Done):
                    return
        raise Interrupted(Reason.WORKER_CRASHED, "The worker stopped in the middle of the rewrite.")

    async def status(self) -> WorkerStatus:
        """Where the worker stands now.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        with self._failures():
            answer = await self._http.get("/v1/status")
            answer.raise_for_status()
            return WorkerStatus.model_validate_json(answer.content)

    async def warm(self, order: RewriteOrder) -> None:
        """Have the worker read what it can of an order whose instruction is not known yet, when it has time.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        with self._failures():
            answer = await self._http.post("/v1/warm", content=order.to_json(), headers=_describe(order))
            answer.raise_for_status()

    async def retire(self) -> None:
        """Have the worker finish what it has accepted, refuse the rest, and end.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        with self._failures():
            answer = await self._http.post("/v1/retire")
            answer.raise_for_status()

    async def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """What the model would read for ``order``.

        Raises:
            RewriteFailed: the order cannot be carried out, or the worker cannot be reached.
        """
        with self._failures():
            answer = await self._http.post(
                "/v1/prompt", content=order.to_json(), headers=_describe(order), timeout=LOADING_SECONDS
            )
            answer.raise_for_status()
            return PromptShown.model_validate_json(answer.content)

    async def follow_status(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield where the worker stands, now and after every change, until it goes away.

        Raises:
            RewriteFailed: it cannot be reached or fell silent.
        """
        with self._failures():
            async with (
                self._stream("GET", "/v1/status/stream") as answer,
                aclosing(read_lines(answer.aiter_bytes(), most=None)) as lines,
            ):
                async for line in lines:
                    if line:
                        yield WorkerStatus.model_validate_json(line)

    async def _events(self, path: str, order: RewriteOrder) -> AsyncGenerator[Event, None]:
        with self._failures():
            async with (
                self._stream("POST", path, order) as answer,
                aclosing(read_lines(answer.aiter_bytes())) as lines,
            ):
                async for line in lines:
                    yield EVENT.validate_json(line)

    @asynccontextmanager
    async def _stream(
        self, method: str, path: str, order: RewriteOrder | None = None
    ) -> AsyncIterator[httpx.Response]:
        body, headers = (None, None) if order is None else (order.to_json(), _describe(order))
        async with self._http.stream(method, path, content=body, headers=headers) as answer:
            await check_answer(answer)
            yield answer

    def _failures(self) -> AbstractContextManager[None]:
        return told_apart(self._endpoint, SILENCE_SECONDS)


def _describe(order: RewriteOrder) -> dict[str, str]:
    """Return the headers that an order travels with."""
    return {**name_session(order), HEADER: describe_content(order.to_json().encode())}
