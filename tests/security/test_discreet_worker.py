"""What the worker's log says of orders and peers: neither their text nor any token."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.logs import choose_formatter
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.http.auth import LOG_SECONDS, RefusalLog
from tests.worker.conftest import TOKEN, ScriptedEngine, serve

CANARY = "canary-in-the-code"
GUESS = "canary-guessed-token"


class QuotingEngine(ScriptedEngine):
    """Fails with what it was given, as a library may."""

    def show_prompt(self, order: RewriteOrder) -> object:  # type: ignore[override]
        raise ValueError(order.selection)

    def warm(self, order: RewriteOrder) -> Iterator[None]:  # type: ignore[override]
        raise ValueError(order.selection)


@pytest.mark.parametrize(("level", "tells"), [("info", False), ("debug", True)])
async def test_code_and_tokens_are_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, level: str, tells: bool
) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(choose_formatter(level))
    # Its clients are in this process too, and no part of the worker.
    handler.addFilter(lambda record: not record.name.startswith("http"))
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        await misbehave(tmp_path)
    finally:
        logging.getLogger().removeHandler(handler)
    written = log.getvalue()
    assert "refused for want of the token" in written
    assert "a warm prefill failed" in written
    assert (CANARY in written) == tells
    assert GUESS not in written
    assert TOKEN not in written


async def misbehave(folder: Path) -> None:
    order = RewriteOrder(instruction=CANARY, selection=CANARY)
    async with serve(folder, QuotingEngine()) as worker:
        async with worker.client(GUESS) as stranger:
            with suppress(RewriteFailed):
                await stranger.status()
        async with worker.http() as http:
            for body in (CANARY, f'{{"instruction": "{CANARY}"}}', f'{{"{CANARY}": 1}}'):
                await http.post("/v1/rewrite", content=body)
            await http.get(f"/{CANARY}", params={"token": GUESS})
        async with worker.client() as client:
            await client.warm(order)
            with suppress(RewriteFailed):
                await client.show_prompt(order)
            async for _ in client.rewrite(order):
                pass


def test_knocking_often_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    refusals = RefusalLog(lambda: now)
    for _ in range(1_000):
        refusals.note({"type": "http", "client": ("10.0.0.7", 1), "path": CANARY})
    now += LOG_SECONDS
    refusals.note({"type": "http", "client": None})
    assert [record.getMessage() for record in caplog.records] == [
        "refused for want of the token: 1 since the last such line; 10.0.0.7",
        "refused for want of the token: 1000 since the last such line; a unix socket",
    ]
