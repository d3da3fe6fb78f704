"""What is counted of a service."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.messages import Piece, RewriteOrder
from specedit_lsp.worker.engine_protocol import OrderRefused
from specedit_lsp.worker.queue import metrics
from specedit_lsp.worker.queue.metered_service import MeteredService
from specedit_lsp.worker.queue.metrics import METRICS, Metric
from tests.worker.conftest import STATS, ScriptedEngine


@dataclass
class Counts:
    """A meter that adds counters up, keeps gauges, and counts observations."""

    values: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def record(self, metric: Metric, value: float, **labels: str) -> None:
        assert set(labels) == set(metric.labels)
        key = (metric.name, *labels.values())
        match metric.kind:
            case "counter":
                self.values[key] += int(value)
            case "gauge":
                self.values[key] = int(value)
            case "histogram":
                self.values[key] += 1


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
async def service(counts: Counts) -> MeteredService:
    engine = ScriptedEngine()
    settings = WorkerSettings(max_queued=1, concurrent=1)
    service = MeteredService(lambda on_progress: engine, "scripted", settings, counts)
    service.start()
    return service


async def carry_out(service: MeteredService, instruction: str, client: str = "one") -> None:
    ticket = service.submit(RewriteOrder(instruction=instruction, selection="x"), client)
    try:
        async for _ in service.events(ticket):
            pass
    finally:
        service.withdraw(ticket)


async def test_a_rewrite_counts_with_its_work(service: MeteredService, counts: Counts) -> None:
    await carry_out(service, "a b c")
    assert counts.values[metrics.REWRITES.name, "done"] == 1
    assert counts.values[metrics.FORWARDS.name,] == STATS.forwards
    assert counts.values[metrics.OUTPUT_TOKENS.name,] == STATS.output_tokens
    assert counts.values[metrics.FIRST_HUNK_SECONDS.name,] == 1
    assert counts.values[metrics.DECODE_SECONDS.name,] == 1
    assert counts.values[metrics.UNDER_WAY.name,] == 0


async def test_a_failure_counts_by_its_reason(service: MeteredService, counts: Counts) -> None:
    await carry_out(service, "refuse")
    assert counts.values[metrics.REWRITES.name, "rangeTooLong"] == 1
    assert counts.values[metrics.FIRST_HUNK_SECONDS.name,] == 0


async def test_what_is_given_up_counts_as_cancelled(service: MeteredService, counts: Counts) -> None:
    ticket = service.submit(RewriteOrder(instruction="a " * 1000, selection="x"), "one")
    assert counts.values[metrics.UNDER_WAY.name,] == service.under_way == 1
    async with aclosing(service.events(ticket)) as events:
        async for event in events:
            if isinstance(event, Piece):
                break
    service.withdraw(ticket)
    assert counts.values[metrics.REWRITES.name, "cancelled"] == 1
    assert service.under_way == 0


async def test_a_refusal_counts_by_its_reason(service: MeteredService, counts: Counts) -> None:
    tasks = [asyncio.create_task(carry_out(service, "a " * 100, client)) for client in ("one", "two")]
    await asyncio.sleep(0)
    with pytest.raises(OrderRefused):
        service.submit(RewriteOrder(instruction="a", selection="x"), "three")
    assert counts.values[metrics.REFUSALS.name, "queueFull"] == 1
    assert service.under_way == 2
    await asyncio.gather(*tasks)
    assert service.under_way == 0


def test_metrics_are_told_apart() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert set(METRICS) == {value for value in vars(metrics).values() if isinstance(value, Metric)}
    assert all(metric.buckets for metric in METRICS if metric.kind == "histogram")
