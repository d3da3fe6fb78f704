"""Settings from a file, for commands that no editor sends them to."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from specedit_lsp.settings import Settings, read_settings


def read_settings_file(path: Path | None) -> Settings:
    """Read settings in JSON, as an editor sends them; without a file all are as they are by default.

    Raises:
        typer.BadParameter: it cannot be read, or a setting in it is none.
    """
    if path is None:
        return Settings()
    try:
        raw: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"--settings {path}: {error}") from None
    settings, problems = read_settings(raw)
    if problems:
        raise typer.BadParameter(" ".join(problems))
    return settings
