"""Nobody gets anything without the token."""

from __future__ import annotations

import hmac

import httpx
import pytest

from specedit_lsp.transport.messages import EVENT, Failed, Reason
from specedit_lsp.worker.http import auth
from specedit_lsp.worker.http.routes import ROUTES
from tests.worker.conftest import TOKEN, RunningWorker

NO_TOKENS: list[list[tuple[str, str]]] = [
    [],
    [("Authorization", "")],
    [("Authorization", TOKEN)],
    [("Authorization", "Bearer")],
    [("Authorization", f"Bearer {TOKEN[:-1]}")],
    [("Authorization", f"Bearer {TOKEN}x")],
    [("Authorization", f"Basic {TOKEN}")],
    [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer other")],
    [("X-Authorization", f"Bearer {TOKEN}")],
    [("Cookie", f"token={TOKEN}")],
]


@pytest.mark.parametrize("headers", NO_TOKENS)
async def test_every_route_asks_for_the_token(worker: RunningWorker, headers: list[tuple[str, str]]) -> None:
    transport = httpx.AsyncHTTPTransport(uds=worker.socket)
    async with httpx.AsyncClient(transport=transport, base_url="http://worker", headers=headers) as http:
        for method, path in (
            *((route.method, route.path) for route in ROUTES),
            ("GET", "/openapi.json"),
            ("GET", "/"),
        ):
            answer = await http.request(method, path, params={"token": TOKEN})
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "Bearer"
            failed = EVENT.validate_json(answer.content)
            assert isinstance(failed, Failed)
            assert failed.reason is Reason.NOT_AUTHORISED
            assert TOKEN not in answer.text
    assert not worker.services[0].is_retiring


async def test_tokens_are_compared_in_constant_time(
    worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, expected: bytes) -> bool:
        compared.append((given, expected))
        return hmac.compare_digest(given, expected)

    monkeypatch.setattr(auth, "compare_digest", compare)
    async with worker.http() as http:
        assert (await http.get("/v1/status")).status_code == 200
        foreign = {b"Authorization": "Bearer é".encode()}
        assert (await http.get("/v1/status", headers=foreign)).status_code == 401
    expected = f"Bearer {TOKEN}".encode()
    assert compared == [(expected, expected), ("Bearer é".encode(), expected)]
