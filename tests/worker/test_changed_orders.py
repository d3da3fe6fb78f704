"""An order of which one bit changes on its way is not carried out, and is sent again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from specedit_lsp.transport import client as client_module
from specedit_lsp.transport.client import Interrupted
from specedit_lsp.transport.content_digest import HEADER, describe_content
from specedit_lsp.transport.messages import EVENT, Done, Failed, Reason, RewriteOrder
from tests.worker.conftest import RunningWorker

BODY = json.dumps({"instruction": "one two", "selection": "x = 1"}).encode()
ORDER = RewriteOrder(instruction="one two", selection="é = 1")


@pytest.fixture
async def http(worker: RunningWorker) -> AsyncIterator[httpx.AsyncClient]:
    async with worker.http() as http:
        yield http


async def test_it_is_asked_for_again(http: httpx.AsyncClient) -> None:
    told = {HEADER: describe_content(BODY)}
    assert (await http.post("/v1/warm", content=BODY, headers=told)).status_code == 204
    answer = await http.post("/v1/warm", content=BODY.replace(b"one", b"ome"), headers=told)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    event = EVENT.validate_json(answer.content)
    assert isinstance(event, Failed)
    assert event.reason is Reason.INVALID_ORDER


async def test_one_with_a_digest_that_we_do_not_know_is_carried_out(http: httpx.AsyncClient) -> None:
    for headers in ({}, {HEADER: "sha-512=:AAAA:"}):
        assert (await http.post("/v1/warm", content=BODY, headers=headers)).status_code == 204


async def test_ours_say_what_they_hold(worker: RunningWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker.client() as client:
        events = [event async for event in client.rewrite(ORDER)]
        assert isinstance(events[-1], Done)
        monkeypatch.setattr(client_module, "describe_content", lambda body: describe_content(body[1:]))
        with pytest.raises(Interrupted, match="changed on its way"):
            await anext(client.rewrite(ORDER))
