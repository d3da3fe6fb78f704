"""What a rewrite must not disturb, and buffers that it must not touch."""

from __future__ import annotations

import pytest

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import Neovim

RENAMED = FUNCTION.replace("result", "total")
COMMAND = f":SpecEdit {RENAME}<CR>"


def test_folds_marks_registers_and_jumps_are_unharmed(quick: Neovim) -> None:
    quick.open("".join(f"above_{n} = {n}\n" for n in range(6)) + FUNCTION)
    quick.nvim.command("set foldmethod=manual")
    quick.keys(":1,3fold<CR>zR:2<CR>zc")
    quick.keys("5Gma10Gmbgg")
    for register in "abz0":
        quick.nvim.funcs.setreg(register, f"in {register}")
    quick.keys("5GG")
    before = quick.lua('return { vim.fn.getjumplist(), vim.fn.getpos("\'a"), vim.fn.getpos("\'b") }')
    quick.rewrite(f":7,15SpecEdit {RENAME}<CR>")
    assert quick.text.endswith(RENAMED)
    after = quick.lua('return { vim.fn.getjumplist(), vim.fn.getpos("\'a"), vim.fn.getpos("\'b") }')
    assert after == before
    assert [quick.nvim.funcs.getreg(register) for register in "abz0"] == [f"in {r}" for r in "abz0"]
    assert [quick.nvim.funcs.foldclosed(line) for line in (1, 3, 4)] == [1, 1, -1]
    quick.nvim.command("set foldmethod&")


def test_the_cursor_and_another_window_stay_with_their_text(slow: Neovim) -> None:
    slow.open(f"# first\n{FUNCTION}# last\n")
    slow.keys("gg:split<CR>G")
    try:
        slow.rewrite(f":2,10SpecEdit {RENAME}<CR>")
        lines = slow.text.splitlines()
        cursors = [window.cursor[0] for window in slow.nvim.windows]
        assert sorted(lines[row - 1] for row in cursors) == ["# first", "# last"]
    finally:
        slow.keys(":only<CR>")


def test_a_substitution_being_previewed(slow: Neovim) -> None:
    slow.open(f"{FUNCTION}# last\n")
    slow.nvim.command("set inccommand=nosplit")
    with slow.paused_at_first_hunk(f"ggV8j{COMMAND}"):
        slow.keys(":$s/last/final")
    slow.wait_for_event("Finished")
    slow.keys("<Esc>")
    assert slow.text == f"{RENAMED}# last\n"


def test_other_text_may_be_yanked_and_changed_meanwhile(slow: Neovim) -> None:
    slow.open(f"{FUNCTION}# between\n# last\n")
    with slow.paused_at_first_hunk(f"ggV8j{COMMAND}"):
        slow.keys("GyyPciwagain<Esc>")
    slow.wait_for_event("Finished")
    assert slow.text == f"{RENAMED}# between\nagain last\n# last\n"


@pytest.mark.parametrize(
    ("setup", "message"),
    [
        ("set nomodifiable", "cannot be changed"),
        ("set readonly", ":set noreadonly"),
        ("enew", ":file NAME"),
        ("set buftype=acwrite", "acwrite buffer"),
    ],
)
def test_some_buffers_are_refused(quick: Neovim, setup: str, message: str) -> None:
    quick.open("x = 1\n")
    quick.nvim.command(setup)
    before = quick.text
    quick.keys(COMMAND)
    assert message in quick.messages[0]
    assert quick.text == before
    assert quick.events == []
    quick.nvim.command("set modifiable noreadonly")


def test_a_buffer_that_is_not_loaded_is_refused(quick: Neovim) -> None:
    quick.open("x = 1\n")
    number = quick.lua("return vim.fn.bufadd('/nowhere/unloaded.py')")
    quick.lua("require('specedit').rewrite({ buf = ..., instruction = 'x' })", number)
    assert "not loaded" in quick.messages[0]


@pytest.mark.parametrize("keys", [f"gg<C-v>jl{COMMAND}", "gg<C-v>jl<Plug>(specedit)"])
def test_a_blockwise_selection_is_refused(quick: Neovim, keys: str) -> None:
    quick.open(FUNCTION)
    quick.keys(keys)
    assert "blockwise" in quick.messages[0]
    assert quick.text == FUNCTION


def test_a_wrong_path_is_named(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.lua("Kept = vim.g.specedit; vim.g.specedit = { cmd = { '/no/such/specedit', 'lsp' } }")
    try:
        quick.keys(COMMAND)
        assert "/no/such/specedit" in quick.messages[0]
        assert ":help specedit-install" in quick.messages[0]
        assert quick.text == FUNCTION
        assert quick.events[-1]["data"]["outcome"] == "failed"
    finally:
        quick.lua("vim.g.specedit = Kept")
