"""The settings as a Lua module: their types for lua-language-server, and their defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from specedit_lsp.settings import Settings, SettingsGroup
from specedit_lsp.settings_schema import SettingEntry, list_settings

TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
"""JSON Schema's names of types, and those of LuaCATS annotations."""
HEADER = "-- Written by `specedit settings --format lua`: change specedit_lsp/settings.py instead."
_WORD = re.compile(r"[A-Za-z_]\w*")


def lua_settings() -> str:
    """A Lua file that returns the defaults; a class for each group says what there is."""
    return "\n".join(
        [
            HEADER,
            "",
            *_classes(Settings),
            "---@type specedit.Settings",
            f"return {_table(Settings(), '')}",
            "",
        ]
    )


def _classes(group: type[SettingsGroup]) -> Iterator[str]:
    inner = {
        info.alias: info.annotation
        for info in group.model_fields.values()
        if isinstance(info.annotation, type) and issubclass(info.annotation, SettingsGroup)
    }
    for kind in inner.values():
        yield from _classes(kind)
    yield f"---{_first_sentence(group)}"
    yield f"---@class specedit.{group.__name__}"
    for name, kind in inner.items():
        yield f"---@field {name}? specedit.{kind.__name__}"
    for entry in list_settings(group):
        if "." not in entry.name:
            yield f"---@field {entry.name}? {_type(entry.schema)} {entry.meaning}"
    yield ""


def _first_sentence(group: type[SettingsGroup]) -> str:
    return (group.__doc__ or "").split("\n\n")[0].strip()


def _type(schema: dict[str, Any]) -> str:
    """The LuaCATS type of the values that a JSON Schema allows."""
    if "anyOf" in schema:
        return "|".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return "|".join(json.dumps(value) for value in schema["enum"])
    match schema.get("type"):
        case "array":
            items = _type(schema.get("items", {}))
            return f"({items})[]" if "|" in items else f"{items}[]"
        case "object":
            values = schema.get("additionalProperties")
            return f"table<string, {_type(values) if isinstance(values, dict) else 'any'}>"
        case "null":
            return "nil"
        case kind:
            return TYPES.get(str(kind), "any")


def _table(group: SettingsGroup, indent: str) -> str:
    lines = ["{"]
    entries: dict[str, SettingEntry] = {entry.name: entry for entry in list_settings(type(group))}
    for field, info in type(group).model_fields.items():
        value = getattr(group, field)
        name = str(info.alias)
        inner = indent + "  "
        text = (
            _table(value, inner)
            if isinstance(value, SettingsGroup)
            else _literal(entries[name].default, inner)
        )
        lines.append(f"{inner}{name} = {text},")
    return "\n".join([*lines, f"{indent}}}"])


def _literal(value: Any, indent: str) -> str:
    """A JSON value in Lua."""
    match value:
        case None:
            return "vim.NIL"
        case dict():
            inner = indent + "  "
            lines = [f"{inner}{_key(key)} = {_literal(item, inner)}," for key, item in value.items()]
            return "\n".join(["{", *lines, f"{indent}}}"]) if lines else "{}"
        case list():
            return "{ " + ", ".join(_literal(item, indent) for item in value) + " }" if value else "{}"
        case _:
            # Lua's strings take the escapes of JSON but \\u, which plain text needs none of.
            return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if _WORD.fullmatch(name) else f"[{json.dumps(name, ensure_ascii=False)}]"
