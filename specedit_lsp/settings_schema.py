"""The settings as a flat list of names, types and defaults: what editors' own settings are generated from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from specedit_lsp.settings import MACHINE, Settings, SettingsGroup


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """One setting as clients see it."""

    name: str
    """With its groups, as in ``draft.maxNgram``."""
    meaning: str
    """Markdown, in one line."""
    default: Any
    """A JSON value."""
    schema: dict[str, Any]
    """JSON Schema of its values."""
    machine_only: bool
    """Whether a workspace may not set it."""


def list_settings(group: type[SettingsGroup] = Settings) -> list[SettingEntry]:
    """All settings of a group and of those in it, in the order in which they are written down."""
    return list(_entries(group, "", machine_only=False))


def _entries(group: type[SettingsGroup], prefix: str, machine_only: bool) -> Iterator[SettingEntry]:
    schemas = group.model_json_schema()["properties"]
    for field, info in group.model_fields.items():
        name = f"{prefix}{info.alias}"
        limited = machine_only or MACHINE in info.metadata
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, SettingsGroup):
            yield from _entries(kind, f"{name}.", limited)
            continue
        schema = schemas[info.alias or field]
        yield SettingEntry(
            name=name,
            meaning=" ".join((info.description or "").split()),
            default=to_jsonable_python(info.get_default(call_default_factory=True)),
            schema={
                key: value for key, value in schema.items() if key not in ("title", "description", "default")
            },
            machine_only=limited,
        )
