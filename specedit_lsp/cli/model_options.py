"""The options that name a model, read as the settings that they stand for."""

from __future__ import annotations

from pathlib import Path

import typer
from pydantic import ValidationError

from specedit_lsp.cli.settings_file import read_settings_file
from specedit_lsp.settings import ModelSettings, Settings


def read_model_options(model: str, draft_model: str, dtype: str, settings: Path | None = None) -> Settings:
    """Return the settings of a file, or the default ones, with these models in this precision.

    What is empty stays as it is.

    Raises:
        typer.BadParameter: there is no such precision, or the file is not what it should be.
    """
    base = read_settings_file(settings)
    chosen = {name: value for name, value in (("path", model), ("dtype", dtype)) if value}
    try:
        checked = ModelSettings.model_validate(chosen)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"--{wrong['loc'][0]}: {wrong['msg']}, not {wrong['input']!r}") from None
    target = base.model.model_copy(update={name: getattr(checked, name) for name in chosen})
    draft = base.draft.model_copy(update={"model": draft_model}) if draft_model else base.draft
    return base.model_copy(update={"model": target, "draft": draft})
