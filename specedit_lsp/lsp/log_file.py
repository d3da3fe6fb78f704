"""The language server's log: a file of its own in the user's log folder, and warnings on standard error."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler

from specedit_lsp.settings import LogSettings
from specedit_lsp.transport.logs import MOST_BYTES, log_folder, prune_logs, set_log_level

logger = logging.getLogger(__name__)


def start_logging() -> None:
    """Log to a file from now on, at the default level. Standard output is the protocol's alone."""
    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(warnings)
    try:
        folder = log_folder()
        prune_logs(folder)
        path = folder / f"server-of-{os.getpid()}.log"
        root.addHandler(RotatingFileHandler(path, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8"))
    except OSError as error:
        logger.warning("there is no log file: %s", error.strerror)
    set_log_level(LogSettings().level)
