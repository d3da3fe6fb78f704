"""Neovim's own ways: its client without our plugin, and starting our server as it starts others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pynvim
import pytest

from specedit_lsp.lsp.client import SERVER_COMMAND
from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import ARGUMENTS, PLUGIN, Neovim, wait_until

RENAMED = FUNCTION.replace("result", "total")


@pytest.fixture
def nvim(tmp_path: Path) -> Iterator[pynvim.Nvim]:
    """A Neovim that knows nothing of us but the command of the server."""
    binary = os.environ["SPECEDIT_NVIM"]
    nvim = pynvim.attach("child", argv=[binary, *ARGUMENTS])
    file = tmp_path / "shop.py"
    file.write_text(f"# 🙂\n{FUNCTION}# last\n", "utf-8")
    nvim.command(f"edit {file}")
    nvim.exec_lua(
        "local command, presets = ... "
        "vim.lsp.start({ name = 'plain', cmd = command, init_options = { presets = presets } })",
        list(SERVER_COMMAND),
        {"Rename": RENAME},
    )
    wait_until(lambda: nvim.exec_lua("return #vim.lsp.get_clients({ bufnr = 0 }) > 0"))
    yield nvim
    Neovim.end(nvim)


def test_a_code_action_rewrites_the_selection(nvim: pynvim.Nvim) -> None:
    nvim.exec_lua(
        "vim.lsp.buf.code_action({ apply = true, range = { start = { 2, 0 }, ['end'] = { 10, 16 } }, "
        "filter = function(action) return action.title == 'Rename' end })"
    )
    # The model is loaded first, which this client does not wait for.
    wait_until(lambda: "\n".join(nvim.current.buffer[:]) == f"# 🙂\n{RENAMED}# last", seconds=100)


ENABLE = """
vim.g.specedit = { cmd = ..., autostart = vim.lsp.enable == nil and { "python" } or false }
if vim.lsp.enable then
  vim.lsp.enable("specedit")
else
  require("specedit").setup(vim.g.specedit)
end
"""


def test_the_server_starts_with_a_file_if_that_is_wanted(tmp_path: Path) -> None:
    binary = os.environ["SPECEDIT_NVIM"]
    (tmp_path / ".git").mkdir()
    nvim = pynvim.attach("child", argv=[binary, *ARGUMENTS, "--cmd", f"set rtp^={PLUGIN}"])
    try:
        nvim.exec_lua(ENABLE, list(SERVER_COMMAND))
        nvim.command(f"edit {tmp_path / 'shop.py'}")
        attached = "return #vim.lsp.get_clients({ bufnr = 0, name = 'specedit' }) == 1"
        wait_until(lambda: nvim.exec_lua(attached))
        nvim.command(f"edit {tmp_path / 'notes.txt'}")
        nvim.command(f"edit {tmp_path / 'other.py'}")
        wait_until(lambda: nvim.exec_lua(attached))
        # Neovim 0.12 starts one for the empty buffer it began with, in the folder it began in.
        roots = nvim.exec_lua("return vim.tbl_map(function(c) return c.root_dir end, vim.lsp.get_clients())")
        assert roots.count(str(tmp_path)) == 1
    finally:
        Neovim.end(nvim)
