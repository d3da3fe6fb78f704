"""What stands between the network and the routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from specedit_lsp.transport.messages import Failed, Reason
from specedit_lsp.worker.cluster import guard as guard_module
from specedit_lsp.worker.cluster.guard import UserGuard
from specedit_lsp.worker.cluster.quotas import QuotaLedger, Refusal
from specedit_lsp.worker.cluster.users import User, UserFile, hash_token
from specedit_lsp.worker.queue.metrics import REFUSALS, Metric

OURS = "the token behind the guard"


@dataclass
class Routes:
    """An application that says what it was asked, once it may."""

    asked: list[Headers] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(Headers(scope=scope))
        if scope["path"].endswith("/v1/status/stream"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"{}\n", "more_body": True})
            await asyncio.Event().wait()
        await self.may_answer.wait()
        await PlainTextResponse("answer")(scope, receive, send)


@dataclass
class LedgerHere:
    """The ledger of quotas without a cluster."""

    ledger: QuotaLedger = field(default_factory=QuotaLedger)

    async def begin(self, user: User, lease: str) -> Refusal | None:
        return self.ledger.begin(user, lease)

    async def renew(self, leases: Any) -> None:
        self.ledger.renew(leases)

    async def end(self, user: User, lease: str) -> None:
        self.ledger.end(user, lease)


class SilentLedger(LedgerHere):
    async def begin(self, user: User, lease: str) -> Refusal | None:
        await asyncio.Event().wait()
        return None


class BrokenLedger(LedgerHere):
    async def begin(self, user: User, lease: str) -> Refusal | None:
        raise ConnectionError("the actor died")


@dataclass
class Counts:
    """A meter that remembers."""

    recorded: list[tuple[Metric, float, dict[str, str]]] = field(default_factory=list)

    def record(self, metric: Metric, value: float, **labels: str) -> None:
        self.recorded.append((metric, value, labels))


@dataclass
class Door:
    """A guard and what is on its two sides."""

    routes: Routes
    counts: Counts
    guard: UserGuard
    http: httpx.AsyncClient

    async def ask(self, path: str = "/v1/rewrite", method: str = "POST", **headers: str) -> httpx.Response:
        said = {"authorization": "Bearer a", **headers}
        return await self.http.request(method, path, headers=said)


@pytest.fixture
async def open_door(tmp_path: Path) -> AsyncIterator[Callable[[LedgerHere], Door]]:
    users = tmp_path / "users.toml"
    users.write_text(f'[quota]\nconcurrent = 1\n[users.anna]\ntoken_sha256 = "{hash_token("a")}"\n')
    opened: list[Door] = []

    def open_door(ledger: LedgerHere) -> Door:
        routes, counts = Routes(), Counts()
        guard = UserGuard(routes, OURS, UserFile(users), ledger, counts)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://team")
        opened.append(Door(routes, counts, guard, http))
        return opened[-1]

    yield open_door
    for door in opened:
        await door.http.aclose()


@pytest.fixture
def door(open_door: Callable[[LedgerHere], Door]) -> Door:
    return open_door(LedgerHere())


async def test_who_is_let_in_bears_our_token_and_his_own_name(door: Door) -> None:
    door.routes.may_answer.set()
    assert (await door.ask(**{"specedit-client": "forged-1"})).text == "answer"
    [seen] = door.routes.asked
    assert seen.getlist("authorization") == [f"Bearer {OURS}"]
    assert seen.getlist("specedit-client") == ["anna"]


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Bearer b", "Basic a", "a", f"Bearer {OURS}"])
async def test_strangers_get_nowhere(door: Door, said: str) -> None:
    answer = await door.ask(authorization=said)
    assert answer.status_code == 401
    assert Failed.model_validate_json(answer.content).reason is Reason.NOT_AUTHORISED
    assert not door.routes.asked
    assert door.counts.recorded == [(REFUSALS, 1, {"reason": "notAuthorised"})]


@pytest.mark.parametrize("path", ["/v1/retire", "/", "/metrics", "/v1/rewrite/"])
async def test_other_paths_are_closed(door: Door, path: str) -> None:
    assert (await door.ask(path)).status_code == 404
    assert not door.routes.asked


async def test_a_share_is_back_when_its_request_ends_or_is_given_up(door: Door) -> None:
    waiting = asyncio.create_task(door.ask())
    while not door.routes.asked:
        await asyncio.sleep(0)
    refused = await door.ask()
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    waiting.cancel()
    await asyncio.wait([waiting])
    door.routes.may_answer.set()
    assert (await door.ask()).status_code == 200
    assert (await door.ask()).status_code == 200


@pytest.mark.parametrize("ledger", [SilentLedger(), BrokenLedger()])
async def test_without_a_ledger_rewrites_go_on(
    open_door: Callable[[LedgerHere], Door], ledger: LedgerHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard_module, "LEDGER_SECONDS", 0.05)
    door = open_door(ledger)
    door.routes.may_answer.set()
    assert (await door.ask()).status_code == 200


async def test_rewrites_under_way_are_renewed(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "RENEWAL_SECONDS", 0.01)
    renewed = asyncio.Event()

    class Listening(LedgerHere):
        async def renew(self, leases: Any) -> None:
            assert list(leases.values()) == ["anna"]
            renewed.set()

    door.guard._ledger = Listening()
    tasks = [asyncio.create_task(door.ask()), asyncio.create_task(door.guard.renew_leases())]
    async with asyncio.timeout(10):
        await renewed.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_a_stream_of_the_status_ends_by_itself(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "STATUS_SECONDS", 0.05)
    answer = await door.ask("/v1/status/stream", "GET")
    assert (answer.status_code, answer.text) == (200, "{}\n")


async def test_an_application_may_stand_below_a_prefix(door: Door) -> None:
    door.routes.may_answer.set()
    transport = httpx.ASGITransport(door.guard, root_path="/specedit")
    async with httpx.AsyncClient(transport=transport, base_url="http://team/specedit") as http:
        headers = {"authorization": "Bearer a"}
        assert (await http.get("v1/status", headers=headers)).status_code == 200
        assert (await http.post("v1/retire", headers=headers)).status_code == 404


async def test_its_start_and_end_are_the_application_s(door: Door) -> None:
    heard: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope["type"])

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        return

    door.guard._app = application
    await door.guard({"type": "lifespan"}, receive, send)
    assert heard == ["lifespan"]
