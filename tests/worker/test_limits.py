"""What one request may bring: each limit at its edge, and refusals in words from the closed list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from specedit_lsp.transport.messages import EVENT, Failed, Reason, RewriteOrder
from specedit_lsp.worker.http import request_limit
from specedit_lsp.worker.http.auth import BearerAuth
from specedit_lsp.worker.http.limits import (
    MOST_BODY_BYTES,
    MOST_INSTRUCTION,
    MOST_NAME,
    MOST_TEXT,
    MOST_TOKENS,
    BoundedOrder,
)
from specedit_lsp.worker.http.openapi import describe_routes
from specedit_lsp.worker.http.routes import ROUTES
from tests.worker.conftest import RunningWorker

ORDER = {"instruction": "one two", "selection": "x = 1"}
LENGTHS = {
    "instruction": MOST_INSTRUCTION,
    "selection": MOST_TEXT,
    "before": MOST_TEXT,
    "after": MOST_TEXT,
    "rules": MOST_TEXT,
    "likely": MOST_TEXT,
    "verified": MOST_TEXT,
    "language": MOST_NAME,
    "workspace": MOST_NAME,
}


@pytest.fixture
async def http(worker: RunningWorker) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with worker.http() as http:
        yield http


def failed(answer: httpx.Response) -> Failed:
    assert answer.headers["content-type"] == "application/json"
    event = EVENT.validate_json(answer.content)
    assert isinstance(event, Failed)
    return event


@pytest.mark.parametrize("field", LENGTHS)
async def test_texts_have_a_length(http: httpx.AsyncClient, field: str) -> None:
    most = LENGTHS[field]
    # `/v1/warm` reads the order as the other routes do, and does nothing at once.
    for length, status in ((most - 1, 204), (most, 204), (most + 1, 413)):
        answer = await http.post("/v1/warm", json={**ORDER, field: "x" * length})
        assert answer.status_code == status, length
    assert failed(answer).reason in (Reason.RANGE_TOO_LONG, Reason.ORDER_TOO_LARGE)
    assert f"The {field} is longer than {most:,} characters" in failed(answer).message


def test_every_text_of_an_order_has_a_length() -> None:
    texts = {name for name, field in RewriteOrder.model_fields.items() if field.annotation is str}
    assert texts == set(LENGTHS)
    schema = BoundedOrder.model_json_schema()
    assert {
        name: each["maxLength"] for name, each in schema["properties"].items() if name in texts
    } == LENGTHS


@pytest.mark.parametrize("field", ["contextTokens", "rulesTokens"])
async def test_budgets_have_bounds(http: httpx.AsyncClient, field: str) -> None:
    for tokens, status in ((-1, 400), (0, 204), (MOST_TOKENS, 204), (MOST_TOKENS + 1, 400)):
        answer = await http.post("/v1/warm", json={**ORDER, field: tokens})
        assert answer.status_code == status, tokens


async def test_a_body_has_a_size(http: httpx.AsyncClient) -> None:
    body = json.dumps(ORDER).encode()
    for size, status in ((MOST_BODY_BYTES - 1, 204), (MOST_BODY_BYTES, 204), (MOST_BODY_BYTES + 1, 413)):
        answer = await http.post("/v1/warm", content=body.ljust(size))
        assert answer.status_code == status, size
    assert failed(answer).reason is Reason.ORDER_TOO_LARGE
    assert "larger than 8 MiB. Select less" in failed(answer).message


async def test_a_body_without_end_is_not_read_to_it(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 20 * MOST_BODY_BYTES:
            sent += 2**16
            yield b" " * 2**16

    with suppress(httpx.TransportError):  # it is cut off while it still sends
        assert (await http.post("/v1/warm", content=endless())).status_code == 413
    assert sent < 8 * MOST_BODY_BYTES


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Invalid JSON"),
        (b"{", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b'{"instruction": "\\ud800", "selection": "x"}', "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[]", "object"),
        (b'{"instruction": 1, "selection": "x"}', "at instruction"),
        (b'{"instruction": "x"}', "at selection: Field required"),
        (b'{"instruction": "x", "selection": "x", "modelPath": "/etc/passwd"}', "at modelPath: Extra inputs"),
        (b'{"instruction": "x", "selection": "x", "drafting": {"width": 1}}', "at drafting.sources"),
    ],
)
async def test_what_is_no_order_is_refused_without_quoting_it(
    http: httpx.AsyncClient, body: bytes, words: str
) -> None:
    answer = await http.post("/v1/rewrite", content=body)
    assert answer.status_code == 400
    assert failed(answer).reason is Reason.INVALID_ORDER
    assert words in failed(answer).message
    assert "passwd" not in failed(answer).message


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/rewrite/../../etc/passwd", 404),
        ("GET", "/v1/rewrite", 405),
        ("POST", "/v1/status", 405),
        ("DELETE", "/v1/status", 405),
        ("TRACE", "/v1/rewrite", 405),
    ],
)
async def test_what_there_is_not_is_said_in_json(
    http: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await http.request(method, path)
    assert answer.status_code == status
    assert failed(answer).reason is Reason.NO_SUCH_ROUTE


@pytest.mark.parametrize(
    ("name", "status"), [("", 200), ("a" * 64, 200), ("a" * 65, 400), ("a/b", 400), ("a b", 400)]
)
async def test_a_client_has_a_plain_name(http: httpx.AsyncClient, name: str, status: int) -> None:
    answer = await http.post("/v1/prompt", json=ORDER, headers={"Specedit-Client": name})
    assert answer.status_code == status


async def test_a_client_may_have_so_many_requests_open(
    worker: RunningWorker, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limit, "MOST_REQUESTS", 2)
    mine, other = {"Specedit-Client": "mine"}, {"Specedit-Client": "other"}
    async with http.stream("GET", "/v1/status/stream", headers=mine):
        assert (await http.get("/v1/status", headers=mine)).status_code == 200, "below"
        async with http.stream("GET", "/v1/status/stream", headers=mine):
            refused = await http.get("/v1/status", headers=mine)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            assert failed(refused).reason is Reason.TOO_MANY_REQUESTS
            assert (await http.get("/v1/status", headers=other)).status_code == 200
    async with asyncio.timeout(5):
        while (await http.get("/v1/status", headers=mine)).status_code != 200:
            await asyncio.sleep(0.01)


async def test_a_refusal_for_load_says_when_to_come_again(
    worker: RunningWorker, http: httpx.AsyncClient
) -> None:
    worker.engine.pause = 0.05
    order = {**ORDER, "instruction": "some words here"}

    async def rewrite() -> None:
        await http.post("/v1/rewrite", json=order)

    running = [asyncio.create_task(rewrite()) for _ in range(3)]
    while len(worker.services[0]._tickets) < 3:
        await asyncio.sleep(0.005)
    refused = await http.post("/v1/rewrite", json=order)
    assert refused.status_code == 503
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert failed(refused).reason is Reason.QUEUE_FULL
    await asyncio.gather(*running)


async def test_an_order_that_cannot_be_carried_out_is_no_matter_of_time(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/prompt", json={**ORDER, "instruction": "refuse"})
    assert (answer.status_code, failed(answer).reason) == (422, Reason.RANGE_TOO_LONG)
    assert "retry-after" not in answer.headers


async def test_what_is_our_own_fault_is_said_in_json_too(worker: RunningWorker) -> None:
    def fail(order: RewriteOrder) -> Any:
        raise ZeroDivisionError("as asked")

    worker.engine.show_prompt = fail  # type: ignore[method-assign]
    async with worker.http() as http:
        answer = await http.post("/v1/prompt", json=ORDER)
    assert (answer.status_code, failed(answer).reason) == (500, Reason.INTERNAL_ERROR)
    assert "as asked" not in failed(answer).message


async def test_the_worker_is_told_to_retire(worker: RunningWorker, http: httpx.AsyncClient) -> None:
    assert (await http.post("/v1/retire")).status_code == 204
    refused = await http.post("/v1/rewrite", json=ORDER)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert failed(refused).reason is Reason.WORKER_RETIRING


async def test_the_schema_is_served_to_those_who_may(worker: RunningWorker, http: httpx.AsyncClient) -> None:
    assert (await http.get("/openapi.json")).json() == json.loads(json.dumps(describe_routes(ROUTES)))
    assert (await http.get("/openapi.json", headers={"Authorization": "Bearer no"})).status_code == 401


def test_there_is_no_worker_without_a_token() -> None:
    with pytest.raises(ValueError, match="needs a token"):
        BearerAuth(lambda scope, receive, send: asyncio.sleep(0), "")
