"""The folder that a measurement writes its report into."""

from __future__ import annotations

from pathlib import Path

import typer


def make_report_folder(folder: Path) -> None:
    """Make the folder, before hours are spent on what goes into it.

    Raises:
        typer.BadParameter: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"--report {folder} cannot be made: {error.strerror or error}") from None
