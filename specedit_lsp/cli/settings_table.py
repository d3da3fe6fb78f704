"""The settings, for documents: generated, so that they are written down once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic_core import to_jsonable_python

from specedit_lsp.settings import Settings, SettingsGroup


def settings_table() -> str:
    """A Markdown table of all settings: name, default, meaning."""
    rows = [f"| `{name}` | `{default}` | {meaning} |" for name, default, meaning in _rows(Settings(), "")]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _rows(group: SettingsGroup, prefix: str) -> Iterator[tuple[str, str, str]]:
    for field, info in type(group).model_fields.items():
        name, value = f"{prefix}{info.alias}", getattr(group, field)
        if isinstance(value, SettingsGroup):
            yield from _rows(value, f"{name}.")
        else:
            yield name, json.dumps(to_jsonable_python(value)), " ".join((info.description or "").split())
