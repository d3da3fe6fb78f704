"""The settings as VS Code's `contributes.configuration`."""

from __future__ import annotations

import json
from typing import Any

from specedit_lsp.settings_schema import SettingEntry, list_settings

SECTION = "specedit"


def vscode_configuration() -> str:
    """A JSON object for the `package.json` of the extension, which adds the settings of its own."""
    properties = {f"{SECTION}.{entry.name}": _property(entry) for entry in list_settings()}
    return json.dumps({"title": SECTION, "properties": properties}, indent=2, ensure_ascii=False)


def _property(entry: SettingEntry) -> dict[str, Any]:
    return {
        **entry.schema,
        "default": entry.default,
        "markdownDescription": entry.meaning,
        # VS Code takes a setting of the scope `machine` from the user's own settings only.
        "scope": "machine" if entry.machine_only else "window",
    }
