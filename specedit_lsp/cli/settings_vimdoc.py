"""The settings as a part of Neovim's help."""

from __future__ import annotations

import json
import textwrap

from specedit_lsp.settings_schema import list_settings

WIDTH = 78


def vimdoc_settings() -> str:
    """Name, default and meaning of each setting, with a tag to jump to."""
    return "\n".join(
        f"{f'*specedit-settings-{entry.name}*':>{WIDTH}}\n"
        f"{entry.name}\n"
        + _paragraph(entry.meaning)
        + _paragraph(f"Default: {json.dumps(entry.default, ensure_ascii=False)}")
        for entry in list_settings()
    )


def _paragraph(text: str) -> str:
    indent = " " * 8
    # Help files know `code` as Markdown does, and a bar as the edge of a tag.
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent) + "\n"
