"""A selection is read ahead once it has settled, and nobody hears of it when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, cast

import pytest
from lsprotocol import types

from specedit_lsp.lsp import warm
from specedit_lsp.lsp.documents import ExactDocument, ExactWorkspace
from specedit_lsp.lsp.warm import SelectionWarmer
from specedit_lsp.rewriting.project import Project
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import DraftOptions, Reason, RewriteOrder

SETTLE_SECONDS = 0.05
URI = "file:///a.py"


@dataclass
class RecordingWorker:
    """A worker, its process and its client in one, that keeps what it is asked to read."""

    is_there: bool = True
    orders: list[RewriteOrder] = field(default_factory=list)
    is_broken: bool = False

    async def join(self) -> Self | None:
        return self if self.is_there else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def warm(self, order: RewriteOrder) -> None:
        if self.is_broken:
            raise RewriteFailed(Reason.WORKER_CRASHED, "gone")
        self.orders.append(order)


class OneDocumentServer:
    """As much of a server as a warmer needs."""

    def __init__(self) -> None:
        self.worker = RecordingWorker()
        self.exact_workspace = ExactWorkspace(None, types.TextDocumentSyncKind.Incremental)
        self.exact_workspace.put_text_document(
            types.TextDocumentItem(URI, "python", 1, "import a\nb = 1\nc = 2\n")
        )
        self.tasks: list[asyncio.Task[None]] = []
        self.warmer = SelectionWarmer(cast("Any", self))

    @property
    def document(self) -> ExactDocument:
        document = self.exact_workspace.find(URI)
        assert document is not None
        return document

    @property
    def drafting(self) -> DraftOptions:
        return DraftOptions(sources=("selection",), width=7, branches=1)

    def find_project(self, uri: str) -> Project:
        return Project("key", "Use tabs.")

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(coroutine))

    def select(self, line: int, **document: Any) -> None:
        where = {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}
        self.warmer.settle({"textDocument": {"uri": URI, **document}, "range": where})

    async def settle(self) -> list[RewriteOrder]:
        """What the worker was asked to read, once everything has come to rest."""
        await asyncio.gather(*self.tasks)
        return self.worker.orders


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> OneDocumentServer:
    """A server with a document of three lines."""
    monkeypatch.setattr(warm, "SETTLE_SECONDS", SETTLE_SECONDS)
    return OneDocumentServer()


async def test_the_worker_reads_all_but_the_instruction(server: OneDocumentServer) -> None:
    server.select(1)
    assert await server.settle() == [
        RewriteOrder(
            instruction="",
            selection="b = 1\n",
            before="import a\n",
            after="c = 2\n",
            language="python",
            workspace="key",
            rules="Use tabs.",
            drafting=server.drafting,
        )
    ]


async def test_only_the_last_of_quick_selections_is_read(server: OneDocumentServer) -> None:
    for line in (0, 1, 2):
        server.select(line)
        await asyncio.sleep(0)
    assert [order.selection for order in await server.settle()] == ["c = 2\n"]


async def test_a_change_of_the_document_drops_it(server: OneDocumentServer) -> None:
    server.select(1)
    await asyncio.sleep(SETTLE_SECONDS / 5)
    server.document.apply_change(types.TextDocumentContentChangeWholeDocument("import a\nb = 2\nc = 2\n"))
    assert await server.settle() == []


async def test_a_closed_document_drops_it(server: OneDocumentServer) -> None:
    server.select(1)
    await asyncio.sleep(SETTLE_SECONDS / 5)
    server.exact_workspace.remove_text_document(URI)
    assert await server.settle() == []


async def test_no_worker_is_started_for_it(server: OneDocumentServer) -> None:
    server.worker.is_there = False
    server.select(1)
    assert await server.settle() == []


@pytest.mark.parametrize("wrong", [{"version": 7}, {"uri": "file:///not-open"}, {"uri": 3}])
async def test_a_bad_selection_is_nobodys_business(server: OneDocumentServer, wrong: dict[str, Any]) -> None:
    server.select(1, **wrong)
    assert await server.settle() == []
    server.select(99)
    assert await server.settle() == []


async def test_a_worker_that_fails_is_nobodys_business(server: OneDocumentServer) -> None:
    server.worker.is_broken = True
    server.select(1)
    assert await server.settle() == []
    server.worker.is_broken = False
    server.select(2)
    assert len(await server.settle()) == 1
