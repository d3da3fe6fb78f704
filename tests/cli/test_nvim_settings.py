"""The settings that the Neovim plugin lists are the real ones. `scripts/write_nvim_settings` writes them."""

from __future__ import annotations

from pathlib import Path

from specedit_lsp.cli.settings_lua import lua_settings
from specedit_lsp.cli.settings_vimdoc import vimdoc_settings

PLUGIN = Path(__file__).parents[2] / "editors" / "nvim"


def test_its_types_and_defaults() -> None:
    assert (PLUGIN / "lua" / "specedit" / "settings.lua").read_text("utf-8").strip() == lua_settings().strip()


def test_its_help() -> None:
    assert vimdoc_settings().strip() in (PLUGIN / "doc" / "specedit.txt").read_text("utf-8")
