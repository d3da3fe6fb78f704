"""Traces of rewrites, kept on this machine if the user wants that."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import ValidationError

from specedit_lsp.settings import TraceSettings
from specedit_lsp.worker.tracing.schema import KeptRewrite, RewriteTrace

logger = logging.getLogger(__name__)

LAST = 50
"""Rewrites that ``trace.keep: last`` keeps."""


@dataclass(frozen=True, slots=True)
class TraceLog:
    """A folder with a file for each rewrite, which only the user may read."""

    folder: Path
    keep: Literal["last", "all"]

    def record(self, trace: RewriteTrace) -> None:
        """Keep a rewrite. A full disk stops no rewrite."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{trace.id}.json"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(trace.to_json())
            if self.keep == "last":
                for old in list_traces(self.folder)[LAST:]:
                    old.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("a rewrite could not be kept in %s: %s", self.folder, error)


def choose_record(settings: TraceSettings) -> Callable[[RewriteTrace], None] | None:
    """Return what keeps traces as the settings ask for it; None where nothing is to be kept."""
    return None if settings.keep == "none" else TraceLog(find_trace_folder(), settings.keep).record


def find_trace_folder() -> Path:
    """Return where this user's rewrites are kept."""
    return Path(platformdirs.user_state_dir("specedit", appauthor=False)) / "traces"


def list_traces(folder: Path) -> list[Path]:
    """Return the files of kept rewrites, the newest first."""
    return sorted(folder.glob("*.json"), reverse=True)


def read_traces(folder: Path, limit: int) -> list[KeptRewrite]:
    """Return the last ``limit`` rewrites that were kept, the newest first, by whatever version.

    Raises:
        ValueError: none were, or one cannot be read; the message says what to do.
    """
    paths = list_traces(folder)[:limit]
    if not paths:
        raise ValueError(
            f"{folder} holds no rewrites. Set trace.keep to last, rewrite something, then try again."
        )
    try:
        return [KeptRewrite.model_validate_json(path.read_bytes()) for path in paths]
    except (OSError, ValidationError) as error:
        raise ValueError(f"A rewrite kept in {folder} cannot be read: {error}. Delete that file.") from error
