"""The options that name a model, read as the settings that they stand for."""

from __future__ import annotations

import typer
from pydantic import ValidationError

from specedit_lsp.settings import DraftSettings, ModelSettings, Settings


def read_model_options(model: str, draft_model: str, dtype: str) -> Settings:
    """Return the settings with these models in this precision; what is empty is left at its default.

    Raises:
        typer.BadParameter: there is no such precision.
    """
    chosen = {"path": model, "dtype": dtype}
    try:
        return Settings(
            model=ModelSettings.model_validate({name: value for name, value in chosen.items() if value}),
            draft=DraftSettings(model=draft_model),
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"--{wrong['loc'][0]}: {wrong['msg']}, not {wrong['input']!r}") from None
