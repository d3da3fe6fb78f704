"""The command, the maps, the prompt and what can be asked of a rewrite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import PLUGIN, Neovim

RENAMED = FUNCTION.replace("result", "total")


def completions(neovim: Neovim, line: str) -> list[str]:
    """What <Tab> offers behind this command line."""
    return list(neovim.nvim.funcs.getcompletion(line, "cmdline"))


def test_sub_commands_and_instructions_are_completed(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.rewrite(f"ggVG:SpecEdit! {RENAME}<CR>")
    assert "accept" in completions(quick, "SpecEdit ac")
    assert "add type hints" in completions(quick, "SpecEdit ad")
    assert completions(quick, "SpecEdit rename re") == ["result to total"]
    assert completions(quick, "SpecEdit refine rename result t") == ["to total"]


def test_an_instruction_may_read_like_a_sub_command(quick: Neovim) -> None:
    quick.open("x = 1\n")
    assert quick.rewrite(":SpecEdit -- cancel<CR>")["instruction"] == "cancel"
    assert quick.rewrite(":SpecEdit accept only integers<CR>")["instruction"] == "accept only integers"


def test_without_an_instruction_it_asks_and_recalls(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.keys("ggVG:SpecEdit<CR>")
    quick.wait_for("vim.fn.mode() == 'c'")
    quick.rewrite(f"{RENAME}<CR>")
    assert quick.text == RENAMED
    quick.keys("u:%SpecEdit<CR>")
    quick.wait_for("vim.fn.mode() == 'c'")
    quick.rewrite("<Up><CR>")
    assert quick.text == RENAMED
    quick.keys("u:SpecEdit<CR>")
    quick.wait_for("vim.fn.mode() == 'c'")
    quick.clear_events()
    quick.keys("<Esc>")
    assert quick.text == FUNCTION
    assert not [event for event in quick.events if event["name"] == "Started"]


def test_the_window_for_several_lines(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.keys("ggVG:SpecEdit compose<CR>")
    assert quick.lua("return vim.api.nvim_win_get_config(0).relative") != ""
    quick.keys("rename result<CR>to total")
    end = quick.rewrite("<C-s>")
    assert end["instruction"] == "rename result\nto total"
    assert end["outcome"] == "done", end
    assert quick.lua("return vim.api.nvim_win_get_config(0).relative") == ""
    quick.keys(":%SpecEdit compose<CR>")
    quick.wait_for("vim.fn.maparg('<C-p>', 'i') ~= ''")
    quick.keys("<C-p>")
    assert quick.text == "rename result\nto total\n"
    quick.clear_events()
    quick.keys("<C-c>")
    assert quick.events == []


FOLLOWED = "#vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('specedit.region'), 0, -1, {})"
"""How many places in the buffer are followed."""


def test_text_above_may_grow_while_the_instruction_is_typed(quick: Neovim) -> None:
    quick.open(f"# first\n{FUNCTION}# last\n")
    quick.keys("2GV8j:SpecEdit<CR>")
    quick.wait_for("vim.fn.mode() == 'c'")
    quick.nvim.current.buffer[0:0] = ["# above", "# above"]
    quick.rewrite(f"{RENAME}<CR>")
    assert quick.text == f"# above\n# above\n# first\n{RENAMED}# last\n"


def test_text_above_may_shrink_while_the_window_is_open(quick: Neovim) -> None:
    quick.open(f"# one\n# two\n{FUNCTION}result = 1\n")
    quick.keys(f"3GV8j:SpecEdit compose<CR>{RENAME}<Esc><C-w>pggdd<C-w>p")
    quick.rewrite("<C-s>")
    assert quick.text == f"# two\n{RENAMED}result = 1\n"


def test_what_was_changed_while_the_instruction_was_typed_is_selected_anew(quick: Neovim) -> None:
    quick.open(f"# first\n{FUNCTION}# last\n")
    quick.keys(f"2GV8j:SpecEdit compose<CR>{RENAME}<Esc><C-w>p3GA # mine<Esc><C-w>p<C-s>")
    quick.wait_for("#vim.g.messages > 0")
    assert "changed meanwhile" in quick.messages[0]
    assert not [event for event in quick.events if event["name"] == "Started"]
    changed = FUNCTION.replace('cost."""', 'cost.""" # mine')
    assert quick.text == f"# first\n{changed}# last\n"
    quick.keys("u2GV8j:SpecEdit<CR>")
    quick.wait_for("vim.fn.mode() == 'c'")
    quick.rewrite("<Up><CR>")
    assert quick.text == f"# first\n{RENAMED}# last\n"


@pytest.mark.parametrize(
    ("ask", "leave"),
    [
        (":%SpecEdit<CR>", "<Esc>"),
        (":%SpecEdit<CR>", "<CR>"),
        (":%SpecEdit compose<CR>", "<C-c>"),
        (":%SpecEdit compose<CR>", "<Esc>:quit<CR>"),
    ],
)
def test_nothing_is_followed_after_a_prompt_that_is_left(quick: Neovim, ask: str, leave: str) -> None:
    quick.open(FUNCTION)
    buffer = quick.nvim.current.buffer.number
    quick.keys(ask)
    quick.wait_for(f"vim.fn.mode() == 'c' or vim.api.nvim_get_current_buf() ~= {buffer}")
    assert quick.lua(f"return {FOLLOWED}".replace("(0,", f"({buffer},", 1)) == 1
    quick.keys(leave)
    quick.wait_for(f"vim.api.nvim_get_current_buf() == {buffer} and {FOLLOWED} == 0")
    assert not [event for event in quick.events if event["name"] == "Started"]


def test_maps_and_the_operator(quick: Neovim) -> None:
    quick.open(f"# first\n{FUNCTION}# last\n")
    quick.lua("vim.ui.input = function(_, answer) answer('rename result to total') end")
    quick.nvim.command("nmap <buffer> go <Plug>(specedit-operator)")
    quick.nvim.command("xmap <buffer> gs <Plug>(specedit)")
    quick.rewrite("2Ggo8j")
    assert quick.text == f"# first\n{RENAMED}# last\n"
    quick.keys("u")
    quick.rewrite("2GV8jgs")
    assert quick.text == f"# first\n{RENAMED}# last\n"
    assert quick.nvim.funcs.mode() == "n"


def test_the_option_for_no_review(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.lua("Kept = vim.g.specedit; vim.g.specedit = vim.tbl_extend('force', Kept, { review = false })")
    assert quick.rewrite(f":%SpecEdit {RENAME}<CR>")["outcome"] == "done"
    quick.lua("vim.g.specedit = Kept")
    quick.keys(":SpecEdit reject<CR>")
    assert quick.text == RENAMED
    assert "nothing here to reject" in quick.messages[-1]


def test_wrong_options_are_named(quick: Neovim) -> None:
    quick.open("x = 1\n")
    quick.lua("Kept = vim.g.specedit; require('specedit').setup({ prompts = 'x', review = 3 })")
    quick.lua("vim.g.specedit = Kept")
    assert any("no option prompts" in message for message in quick.messages)
    assert any("Option review is left at its default" in message for message in quick.messages)


def test_the_status_line_says_what_goes_on(slow: Neovim) -> None:
    slow.open(FUNCTION)
    assert slow.lua("return require('specedit').status()") == ""
    with slow.paused_at_first_hunk(f":%SpecEdit {RENAME}<CR>"):
        assert slow.lua("return require('specedit').status()").startswith("specedit: editing")
        pattern = (
            "vim.iter(vim.lsp.get_clients()[1].progress.pending)"
            ":any(function(_, title) return title:match('rename') end)"
        )
        assert slow.lua(f"return {pattern}")
    slow.wait_for("require('specedit').status():match('ready')")
    assert not slow.lua(f"return {pattern}")


def test_figures_prompt_and_origins_can_be_seen(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.rewrite(f":%SpecEdit {RENAME}<CR>")
    quick.keys(":messages clear<CR>:SpecEdit stats<CR>")
    quick.wait_for("vim.fn.execute('messages'):match('tokens in %d+ forwards')")
    quick.keys("<CR>:SpecEdit provenance<CR>")
    coloured = (
        "vim.iter(vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('specedit.provenance'), "
        "0, -1, { details = true })):map(function(mark) return mark[4].hl_group end):totable()"
    )
    quick.wait_for(f"#{coloured} > 0")
    assert set(quick.lua(f"return {coloured}")) & {"SpecEditView", "SpecEditCopied"}
    quick.keys(":SpecEdit provenance<CR>")
    assert quick.lua(f"return {coloured}") == []
    quick.keys(f":%SpecEdit prompt {RENAME}<CR>")
    quick.wait_for("vim.bo.buftype == 'nofile'")
    assert RENAME in quick.text
    assert "total_price" in quick.text
    quick.keys(":close<CR>")


def health_report(neovim: Neovim) -> str:
    """What `:checkhealth` writes, once it has come to its end."""
    neovim.keys(":checkhealth specedit<CR>")
    neovim.wait_for("vim.bo.filetype == 'checkhealth' and vim.api.nvim_buf_line_count(0) > 3")
    report = neovim.text
    neovim.keys(":bwipeout!<CR>")
    return report


def test_the_health_check_makes_an_edit(quick: Neovim) -> None:
    quick.open(FUNCTION)
    report = health_report(quick)
    assert "a test edit of 3 lines took" in report
    assert "worker: model specedit-mini on cpu" in report
    assert "ERROR" not in report
    assert quick.text == FUNCTION


def test_the_health_check_says_what_is_missing(quick: Neovim) -> None:
    quick.lua(
        "Kept = vim.g.specedit; vim.g.specedit = { cmd = { '/no/such/specedit', 'lsp' }, reviews = true }"
    )
    report = health_report(quick)
    quick.lua("vim.g.specedit = Kept")
    assert "/no/such/specedit" in report
    assert "no option reviews" in report


def test_everything_has_its_help(quick: Neovim, tmp_path: Path) -> None:
    text = (PLUGIN / "doc" / "specedit.txt").read_text("utf-8")
    (tmp_path / "doc").mkdir()
    (tmp_path / "doc" / "specedit.txt").write_text(text, "utf-8")
    quick.nvim.command(f"helptags {tmp_path / 'doc'}")
    tags = {line.split("\t")[0] for line in (tmp_path / "doc" / "tags").read_text("utf-8").splitlines()}
    for link in re.findall(r"\|(specedit-[\w.-]+|hl-\w+|:SpecEdit)\|", text):
        assert link in tags, "the link leads somewhere"
    maps = quick.lua(
        "return vim.iter(vim.api.nvim_get_keymap('')):map(function(map) return map.lhs end)"
        ":filter(function(keys) return keys:match('^<Plug>%(specedit') end):totable()"
    )
    assert len(maps) > 10
    assert set(maps) <= tags
    groups = set(quick.lua("return vim.fn.getcompletion('SpecEdit', 'highlight')"))
    assert {f"hl-{group}" for group in groups} <= tags
    for command in completions(quick, "SpecEdit "):
        if " " not in command:
            assert re.search(rf"^:(\[range\])?SpecEdit(\[!\])? {command}\b", text, re.MULTILINE), command
    functions = quick.lua("return vim.tbl_keys(require('specedit'))")
    for function in functions:
        if function not in ("rewrite_motion", "rewrite_span", "select_hunk"):
            assert f"{function}(" in text


@pytest.mark.parametrize("event", ["Started", "Hunk", "Finished", "Status"])
def test_events_are_documented_and_fired(quick: Neovim, event: str) -> None:
    quick.open(FUNCTION)
    quick.rewrite(f":%SpecEdit! {RENAME}<CR>")
    quick.wait_for_event(event)
    assert f"*SpecEdit{event}*" in (PLUGIN / "doc" / "specedit.txt").read_text("utf-8")


def test_the_server_of_the_same_checkout_is_found(quick: Neovim) -> None:
    found = quick.lua(
        "local options, env = vim.g.specedit, vim.fn.environ() "
        "vim.g.specedit, vim.env.PATH, vim.env.HOME, vim.env.VIRTUAL_ENV = {}, '/nowhere', '/nowhere', nil "
        "local command = require('specedit.program').command() "
        "vim.g.specedit, vim.env.PATH, vim.env.HOME = options, env.PATH, env.HOME "
        "return command"
    )
    assert found == [str(PLUGIN.parents[1] / ".venv" / "bin" / "specedit"), "lsp"]
