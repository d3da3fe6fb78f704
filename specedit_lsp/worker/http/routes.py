"""The worker's routes, each once: what is served and what ``/openapi.json`` says are made from this."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from specedit_lsp.transport.messages import Alive, Done, Failed, Message, Piece, PromptShown, WorkerStatus
from specedit_lsp.worker.http.limits import read_order
from specedit_lsp.worker.http.order_stream import NDJSON, OrderStream, write_lines
from specedit_lsp.worker.http.refusals import JSON
from specedit_lsp.worker.queue.service import RewriteService


@dataclass(frozen=True, slots=True)
class WorkerRoute:
    """One method of one path."""

    method: str
    path: str
    summary: str
    handle: Callable[[Request], Awaitable[Response]]
    status: int = 200
    """Of an answer that is no refusal."""
    answer: tuple[type[Message], ...] = ()
    """What comes back: one of these, or in a stream any of them in each line."""
    media_type: str = JSON
    takes_order: bool = False

    @property
    def refusals(self) -> tuple[int, ...]:
        """The statuses with which it may be refused."""
        return (400, 401, 408, 413, 422, 500, 503) if self.takes_order else (400, 401, 500, 503)


async def rewrite(request: Request) -> Response:
    """A RewriteOrder in, a stream of events out."""
    service, client = _find_service(request), request.state.client
    return OrderStream(service, service.submit(await read_order(request), client))


async def warm(request: Request) -> Response:
    """A RewriteOrder in, nothing out; done when there is time."""
    service, client = _find_service(request), request.state.client
    service.warm(await read_order(request), client)
    return Response(status_code=204)


async def show_prompt(request: Request) -> Response:
    """A RewriteOrder in, a PromptShown out."""
    service, client = _find_service(request), request.state.client
    shown = await service.show_prompt(await read_order(request), client)
    return Response(shown.to_json(), media_type=JSON)


async def show_status(request: Request) -> Response:
    """A WorkerStatus."""
    service = _find_service(request)
    status = service.board.current.model_copy(update={"idle_seconds": service.idle_seconds()})
    return Response(status.to_json(), media_type=JSON)


async def stream_status(request: Request) -> Response:
    """A WorkerStatus now and after every change."""
    service, client = _find_service(request), request.state.client
    return StreamingResponse(write_lines(service.follow_status(client)), media_type=NDJSON)


async def retire(request: Request) -> Response:
    """Nothing in, nothing out; status streams end."""
    _find_service(request).retire()
    return Response(status_code=204)


def _find_service(request: Request) -> RewriteService:
    service: RewriteService = request.app.state.service
    return service


ROUTES = (
    WorkerRoute(
        "POST",
        "/v1/rewrite",
        "Carry out an order. The stream ends with done or failed; without, it was cut off.",
        rewrite,
        answer=(Piece, Alive, Done, Failed),
        media_type=NDJSON,
        takes_order=True,
    ),
    WorkerRoute(
        "POST",
        "/v1/warm",
        "Read what can be read of an order that may come, once nobody waits. Each client's newest counts.",
        warm,
        status=204,
        takes_order=True,
    ),
    WorkerRoute(
        "POST",
        "/v1/prompt",
        "Show what the model would read for an order.",
        show_prompt,
        answer=(PromptShown,),
        takes_order=True,
    ),
    WorkerRoute("GET", "/v1/status", "Where the worker stands.", show_status, answer=(WorkerStatus,)),
    WorkerRoute(
        "GET",
        "/v1/status/stream",
        "Where the worker stands, now and after every change. Who follows it counts as a client.",
        stream_status,
        answer=(WorkerStatus,),
        media_type=NDJSON,
    ),
    WorkerRoute(
        "POST",
        "/v1/retire",
        "Finish what was accepted, refuse the rest, and end when nobody is here any more.",
        retire,
        status=204,
    ),
)
