"""HTTP clients that give a token to nobody but the host it is for."""

from __future__ import annotations

import ipaddress
import os
import ssl
from functools import cache

import certifi
import httpx

from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Reason

CONNECT_SECONDS = 10.0


def open_http(endpoint: Endpoint, silence: float) -> httpx.AsyncClient:
    """Return a client for the routes at an address; ``silence`` is the longest wait for the next bytes, in s.

    Redirects are not followed. Of the environment only ``https`` to another machine takes anything: its
    proxies, which see no more than a tunnel, and its certificates. Without TLS a proxy would see the token.

    Raises:
        RewriteFailed: the environment names certificates or a proxy that cannot be used.
    """
    headers = {"Accept-Encoding": "identity"}  # a proxy that compresses holds back what is streamed
    if endpoint.token:
        headers["Authorization"] = f"Bearer {endpoint.token}"
    timeout = httpx.Timeout(CONNECT_SECONDS, read=silence)
    url = httpx.URL(endpoint.url)
    if url.scheme == "https" and endpoint.socket is None:
        trust = _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        from_outside = not is_loopback(url.host)
        try:
            return httpx.AsyncClient(
                base_url=url, headers=headers, timeout=timeout, verify=trust, trust_env=from_outside
            )
        except (ImportError, ValueError) as error:
            message = (
                f"The proxy that the environment names cannot be used ({error}): $NO_PROXY exempts hosts."
            )
            raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error
    # Not that there is anything to verify; it saves reading all certificates of the system.
    socket = None if endpoint.socket is None else str(endpoint.socket)
    transport = httpx.AsyncHTTPTransport(uds=socket, verify=False)
    return httpx.AsyncClient(transport=transport, base_url=url, headers=headers, timeout=timeout)


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine, by its name or address alone."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _trust(file: str | None, folder: str | None) -> ssl.SSLContext:
    """The authorities that this system trusts and certifi's; those of ``$SSL_CERT_FILE`` alone if it is set.

    Reading them all takes longer than a handshake, so it is done once.
    """
    try:
        context = ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:
        message = f"$SSL_CERT_FILE ({file or folder}) holds no certificates in PEM format ({error})."
        raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error
    if not (file or folder):
        context.load_verify_locations(certifi.where())
    return context
