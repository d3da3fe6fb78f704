"""The settings, for documents: generated, so that they are written down once."""

from __future__ import annotations

import json

from specedit_lsp.settings_schema import list_settings


def settings_table() -> str:
    """A Markdown table of all settings: name, default, meaning."""
    rows = [
        f"| `{entry.name}` | `{json.dumps(entry.default, ensure_ascii=False)}` | {entry.meaning} |"
        for entry in list_settings()
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])
