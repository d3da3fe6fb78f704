"""The language server: what it is made of, how it starts and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, cast

from lsprotocol import types

from specedit_lsp.lsp.code_actions import offer_rewrites
from specedit_lsp.lsp.configuration import Configuration, follow_configuration, refresh_configuration
from specedit_lsp.lsp.connection import ConnectedServer
from specedit_lsp.lsp.documents import ExactWorkspace
from specedit_lsp.lsp.inspection import show_history, show_prompt, show_provenance, show_stats
from specedit_lsp.lsp.log_file import start_logging
from specedit_lsp.lsp.messages import (
    COMMENT_COMMAND,
    HISTORY,
    PROVENANCE,
    RENAMES,
    RESTART_COMMAND,
    REWRITE_COMMAND,
    REWRITE_KIND,
    REWRITE_RANGE,
    SHOW_PROMPT,
    STATS,
    STOP_COMMAND,
    WARM,
)
from specedit_lsp.lsp.projects import Projects
from specedit_lsp.lsp.protocol_fixes import MendedProtocol, create_converter
from specedit_lsp.lsp.renames import answer_renames_request
from specedit_lsp.lsp.rewrite_command import rewrite_by_comment, rewrite_by_server, stop_rewrite
from specedit_lsp.lsp.rewrite_request import answer_rewrite_request
from specedit_lsp.lsp.status import send_status, show_error, show_info, show_warning
from specedit_lsp.lsp.warm import SelectionWarmer
from specedit_lsp.lsp.worker_follower import WorkerFollower
from specedit_lsp.rewriting.flush_policy import FlushPolicy
from specedit_lsp.rewriting.project import Project
from specedit_lsp.rewriting.records import JobLog, JobRecord
from specedit_lsp.rewriting.registry import JobRegistry
from specedit_lsp.settings import Settings, SettingsGroup
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.local.worker_name import process_settings
from specedit_lsp.transport.logs import set_log_level
from specedit_lsp.transport.messages import DraftOptions, RewriteStats, WorkerState, WorkerStatus
from specedit_lsp.transport.workers import Worker, find_worker
from specedit_lsp.version import VERSION

logger = logging.getLogger(__name__)

END_SECONDS = 2.0


class SpecEditServer(ConnectedServer):
    """One editor's server: its documents, its rewrites, its worker."""

    def __init__(self) -> None:
        super().__init__("specedit", VERSION, protocol_cls=MendedProtocol, converter_factory=create_converter)
        self.jobs = JobRegistry()
        self.history = JobLog()
        self.configuration = Configuration()
        self.worker: Worker = find_worker(self.settings)
        self.follower = WorkerFollower(self)
        self._replacement_due = False
        self.worker_status = WorkerStatus(state=WorkerState.STARTING)
        """What the client was told last."""
        self.warmer = SelectionWarmer(self)
        self._projects = Projects(lambda complaint: show_warning(self, complaint))
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.configuration.settings

    @property
    def drafting(self) -> DraftOptions:
        """How this window's rewrites are drafted."""
        return DraftOptions.of(self.settings.draft)

    @property
    def flush_policy(self) -> FlushPolicy:
        """When hunks leave for the client."""
        return FlushPolicy.of(self.settings.stream)

    def configure(self, configuration: Configuration) -> None:
        """Take on other settings. Those of the worker count once no rewrite is under way."""
        before, self.configuration = self.settings, configuration
        set_log_level(self.settings.log.level)
        if _worker_part(before) == _worker_part(self.settings):
            return
        if not self.follower.is_following:
            self.worker = find_worker(self.settings)
            return
        if self._replacement_due:
            return
        self._replacement_due = True
        if len(self.jobs):
            show_info(self, "The new settings of the model count once the rewrites under way are done.")
        self.spawn(self._replace_worker())

    async def _replace_worker(self) -> None:
        await self.jobs.wait_until_idle()
        self._replacement_due = False
        self.worker = find_worker(self.settings)
        await self.follower.start_anew()

    async def restart_worker(self) -> None:
        """End the worker of all windows, and start it again."""
        try:
            await self.worker.stop()
        except RewriteFailed as failure:
            show_error(self, str(failure))
        await self.follower.start_anew()

    @property
    def exact_workspace(self) -> ExactWorkspace:
        """The open documents."""
        return cast("ExactWorkspace", self.workspace)

    def find_project(self, uri: str) -> Project:
        """What the model may know of the workspace that a document is in."""
        return self._projects.find(self.workspace, uri, self.settings.context, self.configuration.is_trusted)

    def remember(self, record: JobRecord) -> None:
        """Keep what became of a rewrite, and tell the client how fast it was."""
        self.history.add(record)
        logger.info("%s: %s, %s", record.job_id, record.outcome.value, _figures(record.stats))
        if record.stats is not None:
            send_status(self, self.worker_status)

    async def connect_worker(self) -> Connection:
        """A client of a live worker. One that died is started again, and the editor sees how."""
        self.follower.want()
        return await self.worker.connect()

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the handlers, until :meth:`end_tasks` at the latest."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget_task)
        return task

    async def end_tasks(self) -> None:
        """Cancel what :meth:`spawn` started, and give it a moment to tidy up the client's documents."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=END_SECONDS)

    def _forget_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a background task failed", exc_info=error)


def create_server() -> SpecEditServer:
    """A server with all its features, not yet started."""
    server = SpecEditServer()

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.configure(Configuration.from_options(params.initialization_options))

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        for problem in server.configuration.problems:
            show_warning(server, problem)
        await refresh_configuration(server)
        server.follower.start()
        await follow_configuration(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        await refresh_configuration(server, params.settings)

    @server.feature(REWRITE_RANGE)
    async def rewrite_range(params: Any) -> dict[str, Any]:
        return await answer_rewrite_request(server, params)

    @server.feature(WARM)
    def warm(params: Any) -> None:
        server.warmer.settle(params)

    @server.feature(RENAMES)
    def renames(params: Any) -> dict[str, Any]:
        return answer_renames_request(server, params)

    @server.feature(STATS)
    def stats(params: Any) -> dict[str, Any] | None:
        return show_stats(server, params)

    @server.feature(PROVENANCE)
    def provenance(params: Any) -> dict[str, Any] | None:
        return show_provenance(server, params)

    @server.feature(HISTORY)
    def history(params: Any) -> dict[str, Any]:
        return show_history(server)

    @server.feature(SHOW_PROMPT)
    async def prompt(params: Any) -> dict[str, Any]:
        return await show_prompt(server, params)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[REWRITE_KIND])
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return offer_rewrites(server, params)

    @server.command(REWRITE_COMMAND)
    def rewrite_command(params: Any) -> None:
        # Answered at once: clients time commands out, and pygls could not cancel a running one.
        server.spawn(rewrite_by_server(server, params))

    @server.command(COMMENT_COMMAND)
    def comment_command(params: Any) -> None:
        server.spawn(rewrite_by_comment(server, params))

    @server.command(STOP_COMMAND)
    def stop_command(params: Any) -> None:
        stop_rewrite(server, params)

    @server.command(RESTART_COMMAND)
    def restart_command() -> None:
        server.spawn(server.restart_worker())

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.end_tasks()

    return server


def serve_stdio() -> None:
    """Serve one client on standard input and output, until it says so or goes away."""
    start_logging()
    create_server().start_io()


def serve_tcp(host: str, port: int) -> None:
    """Serve one client on a TCP port, until it says so or goes away."""
    start_logging()
    create_server().start_tcp(host, port)


def _worker_part(settings: Settings) -> tuple[SettingsGroup, ...]:
    """The settings that decide which worker it is."""
    return process_settings(settings), settings.worker


def _figures(stats: RewriteStats | None) -> str:
    if stats is None:
        return "no figures"
    return f"{stats.output_tokens} tokens by {stats.forwards} forwards in {stats.seconds:.2f} s"
