"""Talks to one worker: HTTP/1.1, over a socket or the network; newline-delimited JSON back."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from types import TracebackType
from typing import Self

import httpx
from pydantic import ValidationError

from specedit_lsp.transport.endpoint import Endpoint
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

# The worker says that it is alive every few seconds; a silence this long means that it hangs.
SILENCE_SECONDS = 30.0
# A prompt is shown by the thread that loads the model, and a large one takes a while to load.
LOADING_SECONDS = 300.0


class RewriteFailed(Exception):
    """The worker did not finish an order. Text that came before this must not be kept."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class WorkerClient:
    """A connection to one worker. An async context manager."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._http = httpx.AsyncClient(
            transport=_transport(endpoint),
            base_url=endpoint.url,
            headers={"Authorization": f"Bearer {endpoint.token}"},
            timeout=httpx.Timeout(10.0, read=SILENCE_SECONDS),
            trust_env=False,
        )

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
            RewriteFailed: the worker refused, broke off, fell silent or vanished.
        """
        heard = hashlib.sha256()
        async with aclosing(self._events("/v1/rewrite", order)) as events:
            async for event in events:
                match event:
                    case Failed(reason=reason, message=message):
                        raise RewriteFailed(reason, message)
                    case Piece(text=text):
                        heard.update(text.encode("utf-8", "surrogatepass"))
                    case Done(sha256=expected) if expected != heard.hexdigest():
                        raise RewriteFailed(
                            Reason.OUTPUT_CUT_OFF, "Text was lost on the way from the worker."
                        )
                    case _:
                        pass
                yield event
                if isinstance(event, Done):
                    return
        raise RewriteFailed(Reason.WORKER_CRASHED, "The worker stopped in the middle of the rewrite.")

    async def status(self) -> WorkerStatus:
        """Where the worker stands now.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        with _failures():
            answer = await self._http.get("/v1/status")
            answer.raise_for_status()
            return WorkerStatus.model_validate_json(answer.content)

    async def warm(self, order: RewriteOrder) -> None:
        """Have the worker read what it can of an order whose instruction is not known yet, when it has time.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        with _failures():
            answer = await self._http.post("/v1/warm", content=order.to_json())
            answer.raise_for_status()

    async def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """What the model would read for ``order``.

        Raises:
            RewriteFailed: the order cannot be carried out, or the worker cannot be reached.
        """
        with _failures():
            answer = await self._http.post("/v1/prompt", content=order.to_json(), timeout=LOADING_SECONDS)
            answer.raise_for_status()
            return PromptShown.model_validate_json(answer.content)

    async def follow_status(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield where the worker stands, now and after every change, until it goes away.

        Raises:
            RewriteFailed: it cannot be reached or fell silent.
        """
        with _failures():
            async with self._stream("GET", "/v1/status/stream") as answer:
                async for line in answer.aiter_lines():
                    if line:
                        yield WorkerStatus.model_validate_json(line)

    async def _events(self, path: str, order: RewriteOrder) -> AsyncGenerator[Event, None]:
        with _failures():
            async with self._stream("POST", path, order.to_json()) as answer:
                async for line in answer.aiter_lines():
                    yield EVENT.validate_json(line)

    @asynccontextmanager
    async def _stream(self, method: str, path: str, body: str | None = None) -> AsyncIterator[httpx.Response]:
        async with self._http.stream(method, path, content=body) as answer:
            if answer.is_error:
                await answer.aread()
            answer.raise_for_status()
            yield answer


def _transport(endpoint: Endpoint) -> httpx.AsyncHTTPTransport:
    if endpoint.socket is None:
        return httpx.AsyncHTTPTransport()
    # Not that there is anything to verify; it saves reading all certificates of the system.
    return httpx.AsyncHTTPTransport(uds=str(endpoint.socket), verify=False)


@contextmanager
def _failures() -> Iterator[None]:
    """Turn whatever goes wrong on the wire into :class:`RewriteFailed`."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise _refusal(error.response) from error
    except httpx.TimeoutException as error:
        raise RewriteFailed(
            Reason.WORKER_CRASHED, f"The worker gave no sign of life for {SILENCE_SECONDS:.0f} seconds."
        ) from error
    except httpx.HTTPError as error:
        raise RewriteFailed(
            Reason.WORKER_CRASHED, "The worker went away. The next rewrite starts it again."
        ) from error
    except ValidationError as error:
        raise RewriteFailed(
            Reason.INTERNAL_ERROR,
            "The worker sent something this version does not understand. Are both of one version?",
        ) from error


def _refusal(answer: httpx.Response) -> RewriteFailed:
    try:
        event = EVENT.validate_json(answer.content)
    except ValidationError:
        event = None
    if isinstance(event, Failed):
        return RewriteFailed(event.reason, event.message)
    return RewriteFailed(Reason.INTERNAL_ERROR, f"The worker answered with HTTP status {answer.status_code}.")
