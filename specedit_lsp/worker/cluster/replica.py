"""One replica: an engine, the routes in front of it, and what Serve wants to know about both."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import aclosing

from starlette.types import ASGIApp

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import WorkerState
from specedit_lsp.worker.cluster.autoscaling import REWRITES
from specedit_lsp.worker.cluster.guard import UserGuard
from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.cluster.ray_ledger import RayLedger
from specedit_lsp.worker.cluster.ray_meter import RayMeter
from specedit_lsp.worker.cluster.routing import LOAD, Load
from specedit_lsp.worker.cluster.users import UserFile
from specedit_lsp.worker.engine_protocol import Engine, EngineLost
from specedit_lsp.worker.http.app import create_app
from specedit_lsp.worker.queue.metered_service import MeteredService

LoadEngine = Callable[[Settings, Callable[[int], None]], Engine]
"""Loads an engine; the second argument hears percents."""


class Replica:
    """Made by Serve, in a process of its own on some node."""

    def __init__(self, options: ClusterOptions, load: LoadEngine) -> None:
        """Read who may ask. The engine is loaded with the application.

        Raises:
            UsersUnreadable: the file of users is of no use.
        """
        self._settings = options.worker_settings()
        self._load = load
        self._users = UserFile(options.users)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """The application that Serve runs: the worker's routes behind a guard."""
        settings, load = self._settings, self._load
        meter = RayMeter()
        self._service = MeteredService(
            lambda on_progress: load(settings, on_progress),
            settings.model.path,
            settings.worker,
            meter,
            on_lost=lambda: self._service.retire(),
        )
        token = secrets.token_urlsafe()
        guard = UserGuard(create_app(lambda: self._service, token), token, self._users, RayLedger(), meter)
        self._renewal = asyncio.create_task(guard.renew_leases())
        return guard

    async def check_health(self) -> None:
        """Return once the model is loaded, so that nobody is sent here before.

        Raises:
            EngineLost: there is no engine, nor will there be; Serve replaces the replica.
        """
        async with aclosing(self._service.board.follow()) as statuses:
            async for status in statuses:
                if status.state is WorkerState.FAILED:
                    raise EngineLost(status.message)
                if status.state not in (WorkerState.STARTING, WorkerState.LOADING):
                    return

    async def record_routing_stats(self) -> dict[str, int]:
        """What the routers should know."""
        worker, rewrites = self._settings.worker, self._service.under_way
        if self._service.is_retiring or rewrites >= worker.max_queued + worker.concurrent:
            return {LOAD: int(Load.FULL)}
        return {LOAD: int(Load.BUSY if rewrites >= worker.concurrent else Load.FREE)}

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """What the number of replicas follows."""
        return {REWRITES: self._service.under_way}
