"""The language server: what it is made of, how it starts and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specedit_lsp.lsp.code_actions import offer_presets
from specedit_lsp.lsp.documents import ExactWorkspace
from specedit_lsp.lsp.messages import REWRITE_COMMAND, REWRITE_KIND, REWRITE_RANGE
from specedit_lsp.lsp.protocol_fixes import MendedProtocol, create_converter
from specedit_lsp.lsp.rewrite_request import answer_rewrite_request, rewrite_by_server
from specedit_lsp.lsp.status import announce_worker, show_warning
from specedit_lsp.rewriting.flush_policy import FlushPolicy
from specedit_lsp.rewriting.registry import JobRegistry
from specedit_lsp.settings import Settings, read_settings
from specedit_lsp.transport.client import WorkerClient
from specedit_lsp.transport.launcher import WorkerProcess
from specedit_lsp.transport.messages import digest
from specedit_lsp.version import VERSION

logger = logging.getLogger(__name__)


class SpecEditServer(LanguageServer):
    """One editor's server: its documents, its rewrites, its worker."""

    def __init__(self) -> None:
        super().__init__("specedit", VERSION, protocol_cls=MendedProtocol, converter_factory=create_converter)
        self.jobs = JobRegistry()
        self.complaints: list[str] = []
        """What is wrong with the client's settings: shown once it listens."""
        self._tasks: set[asyncio.Task[None]] = set()
        self.configure(Settings())

    def configure(self, settings: Settings) -> None:
        """Take on the settings that the client sent. Before anything is rewritten, and once."""
        self.settings = settings
        self.flush_policy = FlushPolicy.of(settings.stream)
        self.worker = WorkerProcess(settings)

    @property
    def exact_workspace(self) -> ExactWorkspace:
        """The open documents."""
        return cast("ExactWorkspace", self.workspace)

    @property
    def workspace_key(self) -> str:
        """What tells the worker this workspace from others, without naming it; empty where there is none."""
        root = self.workspace.root_uri or ""
        return digest(str(root)) if root else ""

    async def connect_worker(self) -> WorkerClient:
        """A client of a live worker. One that died is started again, and the editor sees how."""
        if self.worker.pid is None:
            self.spawn(announce_worker(self))
        return await self.worker.connect()

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something beside the handlers, until :meth:`end_tasks` at the latest."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget_task)

    async def end_tasks(self) -> None:
        """Cancel what :meth:`spawn` started and wait for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a background task failed", exc_info=error)


def create_server() -> SpecEditServer:
    """A server with all its features, not yet started."""
    server = SpecEditServer()

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        settings, problems = read_settings(params.initialization_options or {})
        server.configure(settings)
        server.complaints = problems

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        server.spawn(announce_worker(server))
        for complaint in server.complaints:
            show_warning(server, complaint)

    @server.feature(REWRITE_RANGE)
    async def rewrite_range(params: Any) -> dict[str, Any]:
        return await answer_rewrite_request(server, params)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[REWRITE_KIND])
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return offer_presets(server, params)

    @server.command(REWRITE_COMMAND)
    def rewrite_command(params: Any) -> None:
        # Answered at once: clients time commands out, and pygls could not cancel a running one.
        server.spawn(rewrite_by_server(server, params))

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.end_tasks()
        await server.worker.stop()

    return server


def serve_stdio() -> None:
    """Serve one client on standard input and output, until it says so or goes away."""
    _log_to_stderr()
    create_server().start_io()


def serve_tcp(host: str, port: int) -> None:
    """Serve one client on a TCP port, until it says so or goes away."""
    _log_to_stderr()
    create_server().start_tcp(host, port)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
