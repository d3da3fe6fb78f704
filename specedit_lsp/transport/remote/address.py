"""Which addresses a worker may have, so that no token travels where others can read it."""

from __future__ import annotations

import httpx

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Reason
from specedit_lsp.transport.remote.http_client import is_loopback


def check_address(url: str, allow_plain_http: bool) -> str:
    """Return the base of a worker's routes, without a slash at its end.

    Raises:
        RewriteFailed: it is no such address, or nobody should send code and a token there.
    """
    parsed = _parse(url)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise _refusal("is no address of a worker: it should look like https://host:port")
    if parsed.userinfo:
        raise _refusal("holds a name or a password, which belong into no settings: `specedit worker login`")
    if parsed.query or parsed.fragment:
        raise _refusal("has something behind its path: it should look like https://host:port")
    if parsed.scheme == "http" and not is_loopback(parsed.host) and not allow_plain_http:
        raise _refusal(
            f"is plain http to {parsed.host}, so that others could read code and token: use https, "
            "an ssh tunnel to this machine, or set worker.allowPlainHttp"
        )
    return str(parsed).rstrip("/")


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address: whom a token is for.

    Raises:
        RewriteFailed: it is no address.
    """
    parsed = _parse(url)
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    port = parsed.port or {"http": 80, "https": 443}.get(parsed.scheme, 0)
    return f"{parsed.scheme}://{host}:{port}"


def _parse(url: str) -> httpx.URL:
    try:
        return httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise _refusal(f"is no address ({error})") from error


def _refusal(problem: str) -> RewriteFailed:
    # The address is not quoted: it may hold a password.
    return RewriteFailed(Reason.WORKER_UNREACHABLE, f"worker.url {problem}.")
