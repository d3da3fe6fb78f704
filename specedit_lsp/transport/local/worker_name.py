"""What one worker can do for all: settings that need a process of their own, and the name that these make."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from specedit_lsp.settings import DraftSettings, LogSettings, Settings
from specedit_lsp.version import VERSION

_ENVIRONMENT = ("CUDA_VISIBLE_DEVICES", "HF_HOME", "HF_HUB_CACHE")
"""Which model is found, and which devices."""
_NO_MATTER = {"worker": {"url", "kind", "model", "allow_plain_http", "idle_minutes"}}
"""Settings that a worker of this machine may have otherwise without being another one."""


def process_settings(settings: Settings) -> Settings:
    """Return what a worker is started with: all that an order cannot say. The rest is at its default."""
    draft = settings.draft
    knobs = {"micro_draft_tokens", "max_num_run", "max_ngram"} if draft.model else set()
    return Settings(
        model=settings.model.model_copy(update={"path": _from_anywhere(settings.model.path)}),
        draft=DraftSettings(model=_from_anywhere(draft.model), **draft.model_dump(include=knobs)),
        worker=settings.worker,
        # A worker that may write the user's text into its log is not for windows that did not ask for it.
        log=settings.log if settings.log.level == "debug" else LogSettings(),
        trace=settings.trace,
    )


def name_worker(settings: Settings) -> str:
    """Return the name of the worker that these settings need: of this version, and a fingerprint."""
    told = process_settings(settings).model_dump(mode="json", exclude=_NO_MATTER)
    told["environment"] = {name: os.environ.get(name) for name in _ENVIRONMENT}
    fingerprint = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{VERSION}-{fingerprint[:12]}"


def _from_anywhere(path: str) -> str:
    """A folder's path so that it means the same in any working folder; names of models stay as they are."""
    folder = Path(path).expanduser()
    return str(folder.resolve()) if path and folder.is_dir() else path
