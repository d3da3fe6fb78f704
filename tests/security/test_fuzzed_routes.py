"""All routes, fuzzed from their own OpenAPI document: nothing but what is documented ever comes back."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import WorkerStatus
from specedit_lsp.worker.http.app import create_app
from specedit_lsp.worker.http.bounded_protocol import BoundedProtocol
from specedit_lsp.worker.http.openapi import describe_routes
from specedit_lsp.worker.http.routes import ROUTES
from specedit_lsp.worker.queue.service import RewriteService
from tests.worker.conftest import TOKEN, ScriptedEngine

SECONDS = 10.0
"""Longer than any answer takes."""

REFUSED = ["400", "401", "405", "413", "422"]
"""How what the document does not allow is refused."""

config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
schema = schemathesis.openapi.from_dict(describe_routes(ROUTES), config=config)


@schema.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """JSON Schema takes 1.0 for an integer; the worker wants it written as one."""
    match body:
        case dict():
            return {key: map_body(context, value) for key, value in body.items()}
        case list():
            return [map_body(context, value) for value in body]
        case float() if body.is_integer():
            return int(body)
        case _:
            return body


class PatientService(RewriteService):
    """One that can be asked everything again and again: it does not retire, and its status ends."""

    def retire(self) -> None:
        pass

    async def follow_status(self, client: str = "") -> AsyncGenerator[WorkerStatus, None]:
        updates = super().follow_status(client)
        yield await anext(updates)
        await updates.aclose()


def make_service() -> RewriteService:
    return PatientService(lambda on_progress: ScriptedEngine(pause=0), "scripted", WorkerSettings())


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A worker on a free port of this machine, with an event loop of its own."""
    app = create_app(make_service, TOKEN)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=BoundedProtocol, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[*HealthCheck],
)
def test_only_what_is_documented_comes_back(case: schemathesis.Case[Any], url: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    case.call_and_validate(base_url=url, headers=headers, timeout=SECONDS)
