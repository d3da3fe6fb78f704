"""The worker process from its first line to its last."""

from __future__ import annotations

import logging
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from filelock import Timeout

from specedit_lsp.settings import LogSettings, Settings
from specedit_lsp.transport.local.listening import Listening
from specedit_lsp.transport.local.worker_record import WorkerFiles
from specedit_lsp.transport.logs import BoundedStreamHandler, set_log_level
from specedit_lsp.version import VERSION
from specedit_lsp.worker.process.lifetime import wait_for_retirement, wait_while_needed
from specedit_lsp.worker.process.publication import Publication
from specedit_lsp.worker.process.server import Certificate, WorkerServer

logger = logging.getLogger(__name__)

DEVICE_LOST = 3
"""Exit status of a worker whose device failed. Its record stays, so that this counts as a crash."""
NO_PLACE = 4
"""Exit status of a worker that cannot be found by anybody: its record or socket could not be made."""


def run_shared_worker(record: Path, listening: Listening) -> None:
    """Serve all windows of this user until none needs it. Standard input holds the settings, as JSON.

    ``record`` is where it is to be found; its other files are beside it.
    """
    start_worker_log(LogSettings().level)
    settings = Settings.model_validate_json(sys.stdin.buffer.read())
    set_log_level(settings.log.level)
    try:
        publication = Publication.take(WorkerFiles(record.parent, record.stem), listening)
    except Timeout:
        logger.info("another worker is there already")
        return
    except OSError as error:
        logger.error("this worker finds no place in %s: %s", record.parent, error.strerror)
        end_worker(NO_PLACE)
    logger.info("worker %d of version %s has %s", os.getpid(), VERSION, settings.model.path)
    idle_seconds = settings.worker.idle_minutes * 60
    server = WorkerServer(
        settings,
        publication.record.token,
        lambda service: wait_while_needed(service, publication, idle_seconds),
    )
    server.serve_on([publication.bound])
    if not server.has_lost_device:
        publication.withdraw()
    end_worker(DEVICE_LOST if server.has_lost_device else 0)


def run_team_worker(
    settings: Settings, token: str, bound: socket.socket, certificate: Certificate | None
) -> None:
    """Serve whoever has the token, on a socket that listens already, until a signal."""
    start_worker_log(settings.log.level)
    server = WorkerServer(settings, token, wait_for_retirement, certificate)
    server.serve_on([bound])
    end_worker(DEVICE_LOST if server.has_lost_device else 0)


def start_worker_log(level: str) -> None:
    """Log to standard error, which is a file for most workers, from a `log.level` on."""
    logging.getLogger().addHandler(BoundedStreamHandler())
    set_log_level(level)


def end_worker(status: int) -> NoReturn:
    """End this process at once: the engine thread may be deep in a forward, and nothing is left to save."""
    logging.shutdown()
    os._exit(status)
