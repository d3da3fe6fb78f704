"""Log files of both processes: of bounded size and number, and without the user's text."""

from __future__ import annotations

import logging
import os
import re
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

import platformdirs

OUR_LOGGERS = "specedit_lsp"
LEAST_THIRD_PARTY_LEVEL = logging.WARNING
MOST_BYTES = 1 << 20
"""Where a log file begins anew."""
KEPT_FILES = 20
"""Log files of processes that have ended."""

_FORMAT = "%(asctime)s %(name)s %(levelname)s %(message)s"
_PROCESS = re.compile(r"-of-(\d+)\.log")

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_folder() -> Path:
    """Where workers and servers leave their logs."""
    return Path(platformdirs.user_log_dir("specedit", appauthor=False, ensure_exists=True))


class DiscreetFormatter(logging.Formatter):
    """Leaves out what may quote a document or an instruction.

    That is what libraries say, and the messages of their exceptions; where they come from stays. Our own
    messages are written so that they quote neither.
    """

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """A record as lines of text."""
        if not _is_ours(record.name):
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = f"a message from {record.module}, line {record.lineno}", ()
        # Handlers share what another formatter has made of the exception.
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802
        """Where an exception comes from, and its message if it is one of ours."""
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        name = f"{kind.__module__}.{kind.__qualname__}"
        frames = "".join(traceback.format_tb(trace))
        return f"{frames}{name}: {error}" if _is_ours(kind.__module__) else f"{frames}{name}"


class BoundedStreamHandler(logging.StreamHandler[TextIO]):
    """Writes to a file that was opened for appending, and begins it anew when it is too long."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        number = self.stream.fileno()
        if os.fstat(number).st_size > MOST_BYTES:
            os.ftruncate(number, 0)
        super().emit(record)


def choose_formatter(level: str) -> logging.Formatter:
    """The formatter for a `log.level`: only `debug` may write everything."""
    return logging.Formatter(_FORMAT) if level == "debug" else DiscreetFormatter()


def set_log_level(level: str) -> None:
    """Log from a `log.level` on, in all handlers there are. Libraries tell of less."""
    number = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.setLevel(number if level == "debug" else max(number, LEAST_THIRD_PARTY_LEVEL))
    logging.getLogger(OUR_LOGGERS).setLevel(number)
    for handler in root.handlers:
        handler.setFormatter(choose_formatter(level))


def prune_logs(folder: Path) -> None:
    """Remove all but the newest logs of processes that have ended."""
    ended = [path for path in folder.glob("*-of-*.log*") if not _is_alive(path)]
    # Of shared workers, by name. The newest are those in use.
    ended += folder.glob("worker-[0-9]*.log")
    for path in sorted(ended, key=_changed, reverse=True)[KEPT_FILES:]:
        path.unlink(missing_ok=True)


def _is_ours(module: str) -> bool:
    return module == OUR_LOGGERS or module.startswith(f"{OUR_LOGGERS}.")


def _is_alive(path: Path) -> bool:
    found = _PROCESS.search(path.name)
    if found is None:
        return False
    try:
        os.kill(int(found[1]), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
