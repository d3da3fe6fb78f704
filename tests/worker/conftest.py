"""A worker's routes over an engine that needs no model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.client import RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import PromptShown, Reason, RewriteOrder, RewriteStats
from specedit_lsp.worker.engine_protocol import EngineLost, OrderRefused, Written
from specedit_lsp.worker.http.app import create_app
from specedit_lsp.worker.http.bounded_protocol import BoundedProtocol
from specedit_lsp.worker.queue.service import RewriteService

TOKEN = "a token"
STATS = RewriteStats(
    prompt_tokens=1, output_tokens=1, forwards=1, seconds=0.1, first_text_seconds=0.1, sources={}
)


@dataclass
class ScriptedEngine:
    """Writes the instruction word by word, a little time apart, and obeys some instructions."""

    pause: float = 0.002
    written: list[str] = field(default_factory=list)
    device: str = "none"
    caveat: str = ""
    warmed: list[str] = field(default_factory=list)
    repeat: int = 1
    """How often each word is written."""

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        if order.instruction == "refuse":
            raise OrderRefused(Reason.RANGE_TOO_LONG, "too long for words")
        if order.instruction == "lose the device":
            raise EngineLost("it is gone")
        if order.instruction == "crash":
            raise ZeroDivisionError("as asked")
        for word in order.instruction.split():
            if cancelled():
                return
            self.written.append(word)
            yield Written(word * self.repeat)
            time.sleep(self.pause)
        yield STATS

    def warm(self, order: RewriteOrder) -> Generator[None, None, None]:
        for word in order.selection.split():
            self.warmed.append(word)
            yield
            time.sleep(self.pause)

    def show_prompt(self, order: RewriteOrder) -> PromptShown:
        if order.instruction == "refuse":
            raise OrderRefused(Reason.RANGE_TOO_LONG, "too long for words")
        return PromptShown(prompt=order.selection, tokens=1, model="scripted")


@dataclass
class RunningWorker:
    """A worker that serves in this process."""

    engine: ScriptedEngine
    socket: str
    server: uvicorn.Server
    services: list[RewriteService]

    def client(self, token: str = TOKEN, name: str = "one") -> WorkerClient:
        return WorkerClient(Endpoint.at_socket(Path(self.socket), token), name)

    def http(self) -> httpx.AsyncClient:
        """A client that sends whatever a test wants sent."""
        transport = httpx.AsyncHTTPTransport(uds=self.socket)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(transport=transport, base_url="http://worker", headers=headers)

    async def until_idle(self) -> None:
        async with asyncio.timeout(10):
            while self.services[0]._tickets:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def serve(
    folder: Path,
    engine: ScriptedEngine,
    load: Callable[[Callable[[int], None]], ScriptedEngine] | None = None,
    concurrent: int = 1,
    max_queued: int = 5,
    on_lost: Callable[[], None] = lambda: None,
) -> AsyncGenerator[RunningWorker, None]:
    """Serve ``engine``, or what ``load`` makes of it, on a socket in ``folder``."""
    services: list[RewriteService] = []

    def make_service() -> RewriteService:
        settings = WorkerSettings(max_queued=max_queued, concurrent=concurrent)
        services.append(RewriteService(load or (lambda on_progress: engine), "scripted", settings, on_lost))
        return services[0]

    socket = str(folder / "worker.sock")
    config = uvicorn.Config(
        create_app(make_service, TOKEN), uds=socket, http=BoundedProtocol, log_level="warning"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    worker = RunningWorker(engine, socket, server, services)
    try:
        async with worker.client() as client, asyncio.timeout(10):
            while True:
                try:
                    await client.status()
                    break
                except RewriteFailed:
                    await asyncio.sleep(0.01)
        yield worker
    finally:
        server.should_exit = True
        server.force_exit = True
        await serving


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncGenerator[RunningWorker, None]:
    """A worker over a scripted engine."""
    async with serve(tmp_path, ScriptedEngine()) as running:
        yield running
