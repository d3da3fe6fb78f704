"""The settings in the languages of the editors."""

from __future__ import annotations

import json
import re
from typing import Any

from specedit_lsp.cli.settings_lua import lua_settings
from specedit_lsp.cli.settings_vscode import vscode_configuration
from specedit_lsp.settings import Settings

DEFAULTS = Settings().model_dump(mode="json", by_alias=True)


def test_vs_code_gets_every_setting_with_its_default_and_its_limits() -> None:
    properties = json.loads(vscode_configuration())["properties"]
    nested: dict[str, Any] = {}
    for name, entry in properties.items():
        _, *groups, last = name.split(".")
        place = nested
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = entry["default"]
    assert nested == DEFAULTS
    assert properties["specedit.draft.branches"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 64,
        "default": 8,
        "markdownDescription": "Most drafts one forward checks, as a tree; 1 is the best one alone.",
        "scope": "window",
    }
    assert "atomic" in properties["specedit.stream.mode"]["enum"]
    assert all(entry["markdownDescription"] for entry in properties.values())


def test_vs_code_takes_nothing_from_a_workspace_that_decides_what_is_run_or_written() -> None:
    properties = json.loads(vscode_configuration())["properties"]
    machine = {
        name.removeprefix("specedit.") for name, entry in properties.items() if entry["scope"] == "machine"
    }
    assert {"model.path", "model.device", "draft.model", "worker.threads", "log.level"} <= machine
    assert not {"stream.mode", "context.maxTokens", "draft.sources", "presets"} & machine


def test_the_lua_table_holds_the_defaults() -> None:
    _, _, table = lua_settings().partition("\nreturn ")
    # The strings in it have no braces and no equals signs, so that this turns Lua into JSON.
    text = re.sub(r"\{ (\".*?\") \}", r"[\1]", table)
    text = re.sub(
        r'(?m)^(\s*)(?:\[("[^"]*")\]|(\w+)) = ', lambda m: f"{m[1]}{m[2] or json.dumps(m[3])}: ", text
    )
    text = re.sub(r",(\s*\})", r"\1", text)
    assert json.loads(text) == DEFAULTS


def test_lua_knows_the_types() -> None:
    lines = lua_settings().splitlines()
    assert "---@field draft? specedit.DraftSettings" in lines
    starts = [
        '---@field dtype? "auto"|"float32"|"bfloat16"|"float16" Precision',
        "---@field width? integer Most",
        "---@field presets? table<string, string> Instructions",
        '---@field sources? ("rewrite"|"selection"|',
        "---@field rules? string[] Files",
    ]
    for start in starts:
        assert any(line.startswith(start) for line in lines), start
