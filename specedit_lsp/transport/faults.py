"""What goes wrong between us and a worker, in words that say what to do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from pydantic import ValidationError

from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.lines import StreamTooLong
from specedit_lsp.transport.messages import EVENT, Failed, Reason

GATEWAY_STATUSES = frozenset({502, 504})
"""What a proxy answers while nobody stands behind it."""
DEFAULT_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
MOST_ERROR_BYTES = 64 << 10
"""Of an answer that is none, what is read to find out why."""


class RewriteFailed(Exception):
    """The worker did not finish an order. Text that came before this must not be kept."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Interrupted(RewriteFailed):
    """The same order may be sent again: the connection was lost, or the worker has no time now."""

    def __init__(self, reason: Reason, message: str, retry_after: float | None = None) -> None:
        """``retry_after`` is how many seconds the worker asks to wait; None if it said nothing."""
        super().__init__(reason, message)
        self.retry_after = retry_after


PASSING = frozenset(
    {Reason.QUEUE_FULL, Reason.READER_TOO_SLOW, Reason.WORKER_CRASHED, Reason.WORKER_RETIRING}
)
"""Reasons that another try may find gone."""


def refuse(failed: Failed, retry_after: float | None = None) -> RewriteFailed:
    """Return what to raise for an event that says that a rewrite broke off."""
    if retry_after is None and failed.reason is Reason.QUEUE_FULL:
        retry_after = DEFAULT_WAIT_SECONDS
    if retry_after is not None or failed.reason in PASSING:
        return Interrupted(failed.reason, failed.message, retry_after)
    return RewriteFailed(failed.reason, failed.message)


@contextmanager
def told_apart(endpoint: Endpoint, silence: float) -> Iterator[None]:
    """Turn whatever goes wrong on the wire into :class:`RewriteFailed`.

    ``silence`` is how many seconds the worker may say nothing.
    """
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise _read_refusal(endpoint, error.response) from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise _read_no_connection(endpoint, error) from error
    except httpx.TimeoutException as error:
        message = f"The worker gave no sign of life for {silence:.0f} seconds."
        raise Interrupted(Reason.WORKER_CRASHED, message) from error
    except httpx.ProxyError as error:
        message = f"The proxy of the environment does not let us through to {endpoint.url} ({error})."
        raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error
    except httpx.UnsupportedProtocol as error:
        message = f"{endpoint.url} is no address of a worker: it begins with http:// or https://."
        raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error
    except httpx.HTTPError as error:
        raise _read_loss(endpoint) from error
    except ssl.SSLError as error:
        # anyio lets those through that come up in the middle of a stream.
        raise _read_loss(endpoint) from error
    except StreamTooLong as error:
        message = f"What answers at {endpoint.url} sends without end, as no worker does: check worker.url."
        raise RewriteFailed(Reason.INTERNAL_ERROR, message) from error
    except ValidationError as error:
        message = (
            "The worker sent something that this version does not understand. Try again; if that does not "
            "help, see to it that both are of one version."
        )
        raise RewriteFailed(Reason.INTERNAL_ERROR, message) from error


async def check_answer(answer: httpx.Response) -> None:
    """Raise what an answer that is no success says, having read no more of it than it takes to tell.

    Raises:
        httpx.HTTPStatusError: it is no success; its content has been read.
    """
    if answer.is_success:
        return
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > MOST_ERROR_BYTES:
            break
    whole = httpx.Response(
        answer.status_code, headers=_without_encoding(answer), content=bytes(content), request=answer.request
    )
    whole.raise_for_status()


def read_retry_after(answer: httpx.Response) -> float | None:
    """Return how many seconds an answer asks to wait; None if it does not."""
    value = answer.headers.get("retry-after")
    if value is None:
        return None
    try:
        return min(max(float(value), 0.0), LONGEST_WAIT_SECONDS)
    except ValueError:
        return DEFAULT_WAIT_SECONDS  # a date: clocks differ, so another try tells more


def _without_encoding(answer: httpx.Response) -> list[tuple[str, str]]:
    unwanted = {"content-encoding", "content-length", "transfer-encoding"}
    return [(name, value) for name, value in answer.headers.items() if name not in unwanted]


def find_wrong_place(endpoint: Endpoint, answer: httpx.Response) -> RewriteFailed | None:
    """Return what to raise if no engine answered, but something in front of one or instead of it."""
    if answer.is_redirect:
        place = answer.headers.get("location", "another address")[:200]
        message = f"{endpoint.url} sends us on to {place}. The token does not go there: set worker.url to it."
        return RewriteFailed(Reason.WORKER_UNREACHABLE, message)
    if answer.status_code in GATEWAY_STATUSES:
        message = f"Nobody stands behind {endpoint.url} at the moment (HTTP status {answer.status_code})."
        return Interrupted(Reason.WORKER_UNREACHABLE, message)
    return None


def _read_refusal(endpoint: Endpoint, answer: httpx.Response) -> RewriteFailed:
    status, wait = answer.status_code, read_retry_after(answer)
    try:
        event = EVENT.validate_json(answer.content)
    except ValidationError:
        event = None
    if status in (401, 403):
        return RewriteFailed(Reason.NOT_AUTHORISED, describe_refused_token(endpoint, status))
    if isinstance(event, Failed):
        return refuse(event, wait)
    if wrong_place := find_wrong_place(endpoint, answer):
        return wrong_place
    if status in (429, 503):
        message = f"{endpoint.url} has no time at the moment (HTTP status {status}). Try again later."
        return Interrupted(Reason.QUEUE_FULL, message, DEFAULT_WAIT_SECONDS if wait is None else wait)
    if status == 404:
        message = f"There is no worker at {endpoint.url} (HTTP status 404): check worker.url and worker.kind."
        return RewriteFailed(Reason.WORKER_UNREACHABLE, message)
    if status == 413:
        message = f"{endpoint.url} takes no request of this size (HTTP status 413): select less."
        return RewriteFailed(Reason.RANGE_TOO_LONG, message)
    message = f"The worker answered with HTTP status {status}. Try again, or run `specedit doctor`."
    if status in (400, 500):
        # A worker of ours would say what went wrong, if it can read the request and lives: this one was
        # changed on its way, or a proxy answers in front of a worker that just died.
        return Interrupted(Reason.INTERNAL_ERROR, message)
    return RewriteFailed(Reason.INTERNAL_ERROR, message)


def describe_refused_token(endpoint: Endpoint, status: int) -> str:
    """Return what to do about a token that is not taken."""
    if endpoint.socket is not None:
        return f"The worker does not take our token (HTTP status {status})."
    return (
        f"{endpoint.url} does not take the token (HTTP status {status}): "
        f"`specedit worker login {endpoint.url}` stores another one, or set $SPECEDIT_TOKEN."
    )


def _read_loss(endpoint: Endpoint) -> Interrupted:
    if endpoint.socket is not None:
        message = "The worker went away. The next rewrite starts it again."
    else:
        message = f"The connection to {endpoint.url} was lost."
    return Interrupted(Reason.WORKER_CRASHED, message)


def _read_no_connection(endpoint: Endpoint, error: httpx.TransportError) -> RewriteFailed:
    if endpoint.socket is not None:
        return _read_loss(endpoint)
    url = endpoint.url
    cause = _find_tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        message = (
            f"The certificate of {url} is not trusted ({cause.verify_message}). If your team's server has a "
            "certificate authority of its own, set $SSL_CERT_FILE to its certificate, in PEM format."
        )
        return RewriteFailed(Reason.WORKER_UNREACHABLE, message)
    if cause is not None:
        message = f"{url} speaks no TLS that this machine understands ({cause.reason}): is it http instead?"
        return RewriteFailed(Reason.WORKER_UNREACHABLE, message)
    message = f"Nothing answers at {url} ({error}). Is it running, and worker.url right?"
    return Interrupted(Reason.WORKER_UNREACHABLE, message)


def _find_tls_error(error: BaseException) -> ssl.SSLError | None:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
