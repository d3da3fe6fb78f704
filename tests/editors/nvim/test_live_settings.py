"""Settings that change while the server runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import Neovim

RENAMED = FUNCTION.replace("result", "total")
WAYS = {
    "setup": "local options = vim.g.specedit; options.settings = ...; require('specedit').setup(options)",
    "vim.g": "local options = vim.g.specedit; options.settings = ...; vim.g.specedit = options",
}
CONFIG = "vim.lsp.config('specedit', { settings = { specedit = ... } })"


@pytest.fixture
def neovim(slow: Neovim) -> Iterator[Neovim]:
    """One whose settings may be changed at will."""
    slow.lua("Kept = vim.g.specedit")
    yield slow
    slow.lua("if vim.lsp.config then vim.lsp.config.specedit = {} end; require('specedit').setup(Kept)")


def count_hunks(neovim: Neovim) -> int:
    """How many hunks a rewrite comes in."""
    neovim.open(FUNCTION)
    assert neovim.rewrite(f"ggVG:SpecEdit! {RENAME}<CR>")["outcome"] == "done"
    assert neovim.text == RENAMED
    return sum(event["name"] == "Hunk" for event in neovim.events)


@pytest.mark.parametrize("way", WAYS)
def test_changed_settings_count_for_the_next_rewrite(neovim: Neovim, way: str) -> None:
    change_and_change_back(neovim, WAYS[way])


def test_settings_of_vim_lsp_config_count_where_neovim_has_it(neovim: Neovim) -> None:
    if neovim.lua("return vim.fn.has('nvim-0.11')"):
        change_and_change_back(neovim, CONFIG)
    else:
        assert neovim.lua("return vim.lsp.config") is None


def change_and_change_back(neovim: Neovim, way: str) -> None:
    assert count_hunks(neovim) > 1
    server = neovim.lua("return vim.lsp.get_clients()[1].id")
    neovim.lua(way, {"draft": {"sources": []}, "stream": {"mode": "atomic"}})
    assert count_hunks(neovim) == 1
    neovim.lua(way, {"draft": {"sources": []}, "stream": {"mode": "line"}})
    assert count_hunks(neovim) > 1
    assert neovim.lua("return vim.lsp.get_clients()[1].id") == server, "it was not started anew"


def offered(neovim: Neovim) -> set[str]:
    """The titles of the presets that the server offers for the first line."""
    titles = neovim.lua(
        "local first = { start = { line = 0, character = 0 }, ['end'] = { line = 1, character = 0 } } "
        "local params = { textDocument = vim.lsp.util.make_text_document_params(), range = first,"
        " context = { diagnostics = {} } } "
        "local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 60000) "
        "return vim.tbl_map(function(action) return action.title end, select(2, next(answers)).result)"
    )
    return set(titles)


def test_a_setting_that_is_taken_back_is_at_its_default_again(neovim: Neovim) -> None:
    neovim.open("x = 1\n")
    neovim.lua("require('specedit.server').attach(0, function() end)")
    neovim.lua(WAYS["setup"], {"presets": {"Shorten": "make this shorter"}})
    assert "Shorten" in offered(neovim)
    assert "Simplify" not in offered(neovim)
    neovim.lua(WAYS["setup"], {})
    assert "Shorten" not in offered(neovim)
    assert "Simplify" in offered(neovim)


def test_all_presets_may_be_taken_away(neovim: Neovim) -> None:
    neovim.open("x = 1\n")
    neovim.lua("require('specedit.server').attach(0, function() end)")
    neovim.lua("local none = { presets = {} } " + WAYS["setup"].replace("...", "none"))
    assert "Simplify" not in offered(neovim)


def test_a_bad_setting_is_named_at_once(neovim: Neovim) -> None:
    neovim.nvim.command("messages clear")
    neovim.clear_events()
    neovim.lua(WAYS["setup"], {"stream": {"mode": "sideways"}})
    neovim.wait_for("(vim.fn.execute('messages') .. vim.inspect(vim.g.messages)):match('stream.mode')")
