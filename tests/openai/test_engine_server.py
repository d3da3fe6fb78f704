"""Rewrites by a real server of OpenAI's API. Run by scripts/test_openai, which installs what it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from specedit_lsp.rewriting.flush_policy import FlushPolicy
from specedit_lsp.rewriting.job import Outcome, RewriteJob, run_job
from specedit_lsp.settings import Settings
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import (
    Done,
    Piece,
    Reason,
    RewriteOrder,
    RewriteStats,
    WorkerState,
)
from specedit_lsp.transport.openai.client import CAVEAT
from specedit_lsp.transport.resuming import ResumingRewriter
from specedit_lsp.transport.workers import find_worker
from specedit_lsp.worker.engine.model_engine import ModelEngine
from tests.openai.conftest import MODEL

METHOD = '''\
    def count(self, items):
        """Return the price of all items."""
        result = 0
        for item in items:
            result += item.price
        return result
'''
RENAME = RewriteOrder(
    instruction="rename result to total", selection=METHOD, before="class Shop:\n", language="python"
)


@dataclass
class Screen:
    """Keeps what it is shown."""

    changes: list[TextChange] = field(default_factory=list)

    async def deliver(self, changes: Sequence[TextChange]) -> None:
        self.changes += changes

    async def waiting(self, ahead: int) -> None:
        pass

    async def interrupted(self, message: str) -> None:
        raise AssertionError(message)


def settings_for(url: str, model: str = "") -> Settings:
    return Settings.model_validate({"worker": {"kind": "openai", "url": url, "model": model}})


@pytest.fixture
def settings(engine_url: str) -> Settings:
    return settings_for(engine_url)


async def text_of(client: Connection, order: RewriteOrder) -> tuple[str, RewriteStats]:
    text = ""
    async for event in client.rewrite(order):
        match event:
            case Piece(text=piece):
                text += piece
            case Done(stats=stats):
                return text, stats
    raise AssertionError("a rewrite ends with its stats")


async def test_the_text_is_that_of_our_own_engine_with_the_same_model(settings: Settings) -> None:
    own = ModelEngine.load(
        Settings.model_validate({"model": {"device": "cpu"}, "draft": {"sources": []}}), lambda percent: None
    )
    async with await find_worker(settings).connect() as client:
        for instruction in ("rename result to total", "add type hints", "rename items to goods"):
            order = RENAME.model_copy(update={"instruction": instruction})
            expected = "".join(
                step.text for step in own.rewrite(order, lambda: False) if not isinstance(step, RewriteStats)
            )
            text, stats = await text_of(client, order)
            assert text == expected
            assert text != METHOD
            assert stats.prompt_tokens > 0
            assert stats.output_tokens > 0


async def test_the_status_names_the_model_and_what_is_not_promised(settings: Settings) -> None:
    async with await find_worker(settings).connect() as client:
        status = await client.status()
    assert (status.state, status.model, status.message) == (WorkerState.READY, MODEL, CAVEAT)


async def test_a_job_streams_changes_of_the_document(settings: Settings) -> None:
    screen = Screen()
    region = METHOD.replace("\n", "\r\n")
    job = RewriteJob(
        job_id="j", region=region, instruction="rename result to total", before="class Shop:\r\n"
    )
    rewriter = ResumingRewriter(find_worker(settings).connect)
    outcome: Outcome = await run_job(job, rewriter, screen, FlushPolicy(interval=0))
    assert outcome.text == region.replace("result", "total")
    assert tuple(screen.changes) == outcome.changes


async def test_a_rewrite_that_is_stopped_leaves_the_server_free(settings: Settings) -> None:
    async with await find_worker(settings).connect() as client:
        events = client.rewrite(RENAME.model_copy(update={"selection": METHOD * 4}))
        await anext(events)
        await events.aclose()
    async with asyncio.timeout(60), await find_worker(settings).connect() as client:
        assert (await text_of(client, RENAME))[0] == METHOD.replace("result", "total")


async def test_a_model_that_is_not_there_is_told(engine_url: str) -> None:
    async with await find_worker(settings_for(engine_url, "nobody/nothing")).connect() as client:
        with pytest.raises(RewriteFailed, match=r"worker\.model.*nobody/nothing") as failed:
            await text_of(client, RENAME)
    assert failed.value.reason is Reason.MODEL_UNUSABLE
