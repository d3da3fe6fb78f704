"""The model whose quality is measured: loading it as the worker does, and telling it from all others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.model.checkpoint import find_folder
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.settings import Settings
from specedit_lsp.worker.engine.model_engine import ModelEngine


@dataclass(frozen=True, slots=True)
class Subject:
    """What was measured, and on which set."""

    model: str
    """Its name; of a folder the last part."""
    weights_sha256: str
    """Of ``model.safetensors``, so that its figures are taken for no other's; empty without such a file."""
    device: str
    """Where it ran and in which precision."""
    set_sha256: str
    """Of the edits' file."""
    edits_in_set: int
    """More than were measured if some were chosen."""


def load_engine(settings: Settings) -> ModelEngine:
    """Load the model that the settings name.

    Raises:
        ValueError: it cannot be used; the message says why and what to do.
    """
    try:
        return ModelEngine.load(settings, lambda percent: None)
    except ModelFault as fault:
        raise ValueError(str(fault)) from fault


def identify_subject(model: str, device: str, edits: Path, edits_in_set: int) -> Subject:
    """Return what is measured: a model that has been loaded, on a file of edits."""
    folder = find_folder(model)
    weights = folder / "model.safetensors"
    return Subject(
        model=folder.name if Path(model).expanduser().is_dir() else model,
        weights_sha256=_hash_file(weights) if weights.is_file() else "",
        device=device,
        set_sha256=_hash_file(edits),
        edits_in_set=edits_in_set,
    )


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
