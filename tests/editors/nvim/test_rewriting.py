"""A rewrite, from the keys to the text, and what becomes of everything around it."""

from __future__ import annotations

import pytest

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import Neovim

RENAMED = FUNCTION.replace("result", "total")
COMMAND = f":SpecEdit {RENAME}<CR>"


def test_a_selection_is_rewritten(quick: Neovim) -> None:
    quick.open(f"import os\n\n{FUNCTION}\nprint(result)\n")
    end = quick.rewrite(f"3GV8j{COMMAND}")
    assert end["outcome"] == "done", end
    assert quick.text == f"import os\n\n{RENAMED}\nprint(result)\n"
    assert quick.messages == []
    assert [event["name"] for event in quick.events if event["name"] != "Status"][:2] == ["Started", "Hunk"]


C_FUNCTION = """\
int total_price(int price, int count)
{
    int result = 0;
    result += price * count;
    return result;
}
"""


def test_without_a_range_it_is_about_the_function_around_the_cursor(quick: Neovim) -> None:
    quick.open(f"int result;\n\n{C_FUNCTION}\nint *last = &result;\n", "shop.c")
    assert not quick.lua("return vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil")
    quick.rewrite(f"6G{COMMAND}")
    assert quick.text == f"int result;\n\n{C_FUNCTION.replace('result', 'total')}\nint *last = &result;\n"


def test_one_undo_takes_back_a_rewrite(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.keys("ggO# mine<Esc>")
    quick.rewrite(f":2,10SpecEdit {RENAME}<CR>")
    assert quick.text == "# mine\n" + RENAMED
    quick.keys("u")
    assert quick.text == "# mine\n" + FUNCTION
    quick.keys("<C-r>")
    assert quick.text == "# mine\n" + RENAMED
    quick.keys("uu")
    assert quick.text == FUNCTION


def test_a_rewrite_of_many_hunks_is_one_undo_step(slow: Neovim) -> None:
    slow.open(FUNCTION)
    slow.rewrite(f"ggVG{COMMAND}")
    assert len([event for event in slow.events if event["name"] == "Hunk"]) > 1
    assert slow.text == RENAMED
    slow.keys("u")
    assert slow.text == FUNCTION


def test_to_the_end_of_the_file(quick: Neovim) -> None:
    quick.open("# keep\n" + FUNCTION)
    quick.rewrite(f"2GVG{COMMAND}")
    assert quick.text == "# keep\n" + RENAMED


def test_a_file_without_a_last_line_end(quick: Neovim) -> None:
    quick.open("# keep\n" + FUNCTION.removesuffix("\n"))
    end = quick.rewrite(f"2GVG{COMMAND}")
    assert end["outcome"] == "done", end
    assert quick.text == "# keep\n" + RENAMED
    quick.nvim.command("set nofixendofline | write")
    written = quick.lua("return io.open(vim.api.nvim_buf_get_name(0), 'rb'):read('*a')")
    assert written == "# keep\n" + RENAMED.removesuffix("\n")


def test_line_ends_of_dos_and_characters_beyond_the_bmp(quick: Neovim) -> None:
    quick.open(f"# 🙂\n{FUNCTION}# 🙂 result\n".replace("\n", "\r\n"))
    assert quick.nvim.eval("&fileformat") == "dos"
    end = quick.rewrite(f"2GV8j{COMMAND}")
    assert end["outcome"] == "done", end
    quick.nvim.command("write")
    written = quick.lua("return io.open(vim.api.nvim_buf_get_name(0), 'rb'):read('*a')")
    assert written == f"# 🙂\n{RENAMED}# 🙂 result\n".replace("\n", "\r\n")


def test_part_of_a_line(quick: Neovim) -> None:
    quick.open("🙂 = 1; value = compute(value, 2); after = 3\n")
    end = quick.rewrite("ggfvvf):SpecEdit rename value to price<CR>")
    assert end["outcome"] == "done", end
    assert quick.text == "🙂 = 1; price = compute(price, 2); after = 3\n"
    quick.keys("u")
    assert quick.text == "🙂 = 1; value = compute(value, 2); after = 3\n"


def test_a_cancelled_rewrite_leaves_no_trace(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        assert slow.text != FUNCTION
        slow.keys(":SpecEdit cancel<CR>")
        assert slow.text == FUNCTION
        assert not slow.nvim.current.buffer.options["modified"]
    assert slow.wait_for_event("Finished")["outcome"] == "cancelled"
    end = slow.rewrite(f"ggVG{COMMAND}")
    assert end["outcome"] == "done", "the server has let go of the region"
    assert slow.text == RENAMED


def test_what_was_shown_may_be_kept_when_cancelled(slow: Neovim) -> None:
    slow.open(FUNCTION)
    slow.lua("local o = vim.g.specedit; o.settings.stream.onCancel = 'keep'; vim.g.specedit = o")
    try:
        with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
            slow.keys(":SpecEdit cancel<CR>")
            kept = slow.text
        assert kept.startswith("def total_price(items, discount=0):")
        assert "total = 0" in kept
        assert "return result" in kept
        assert slow.text == kept
    finally:
        slow.lua("local o = vim.g.specedit; o.settings.stream.onCancel = nil; vim.g.specedit = o")


@pytest.mark.parametrize("edit", ["x", "Oabove<Esc>", "$atyped<Esc>"])
def test_typing_inside_stops_it_and_stays(slow: Neovim, edit: str) -> None:
    slow.open("# first\n" + FUNCTION)
    with slow.paused_at_first_hunk(f"2GV8j{COMMAND}"):
        slow.keys(f"8G{edit}")
        slow.wait_for_event("Finished")
        text = slow.text
    assert slow.wait_for_event("Finished")["outcome"] == "conflict"
    assert "stopped" in slow.messages[0]
    assert "total = 0" in text
    assert "return result" in text
    slow.wait_for("vim.iter(vim.lsp.get_clients()[1].requests):all(function() return false end)")
    assert slow.text == text


def test_an_undo_stops_it(slow: Neovim) -> None:
    slow.open("# first\n" + FUNCTION)
    with slow.paused_at_first_hunk(f"2GV8j{COMMAND}"):
        slow.keys("u")
        assert slow.text == "# first\n" + FUNCTION
        assert slow.wait_for_event("Finished")["outcome"] == "conflict"
    slow.wait_for("vim.iter(vim.lsp.get_clients()[1].requests):all(function() return false end)")
    assert slow.text == "# first\n" + FUNCTION


def test_typing_around_it_goes_on_and_is_undone_apart(slow: Neovim) -> None:
    slow.open(f"# first\n{FUNCTION}# last\n")
    with slow.paused_at_first_hunk(f"2GV8j{COMMAND}"):
        slow.keys("ggOabove<CR>two<Esc>Gobelow<Esc>")
    slow.wait_for_event("Finished")
    assert slow.text == f"above\ntwo\n# first\n{RENAMED}# last\nbelow\n"
    slow.keys("u")
    assert slow.text.startswith("above\ntwo\n# first\n")
    assert slow.text.endswith("# last\nbelow\n")
    assert "total = 0" in slow.text
    assert "return result" in slow.text
    slow.keys("u")
    assert not slow.text.endswith("below\n")
    slow.keys("uu")
    assert slow.text == f"# first\n{FUNCTION}# last\n"


def test_typing_goes_on_in_insert_mode_while_hunks_arrive(slow: Neovim) -> None:
    slow.open(f"{FUNCTION}# last\n")
    with slow.paused_at_first_hunk(f"ggV8j{COMMAND}"):
        slow.keys("GoI was")
    slow.wait_for_event("Finished")
    slow.keys(" typing<Esc>")
    assert slow.text == f"{RENAMED}# last\nI was typing\n"
    while slow.text != f"{FUNCTION}# last\n":
        before = slow.text
        slow.keys("u")
        assert slow.text != before, "everything can be undone"
    while slow.text != f"{RENAMED}# last\nI was typing\n":
        before = slow.text
        slow.keys("<C-r>")
        assert slow.text != before, "everything can be redone"


def test_two_rewrites_of_one_buffer(slow: Neovim) -> None:
    slow.open(f"{FUNCTION}\n\n{FUNCTION}")
    slow.clear_events()
    slow.keys(f":1,9SpecEdit {RENAME}<CR>:12,20SpecEdit {RENAME}<CR>")
    slow.wait_for("#vim.tbl_filter(function(e) return e.name == 'Finished' end, vim.g.events) == 2")
    assert slow.text == f"{RENAMED}\n\n{RENAMED}"
    slow.keys("uu")
    assert slow.text == f"{FUNCTION}\n\n{FUNCTION}"


def test_one_that_overlaps_is_refused(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        slow.keys(":4,5SpecEdit rename item to entry<CR>")
        slow.wait_for("#vim.g.messages > 0")
    slow.wait_for("#vim.tbl_filter(function(e) return e.name == 'Finished' end, vim.g.events) == 2")
    assert "Wait for it, or cancel it" in slow.messages[0]
    assert slow.text == RENAMED


def test_a_worker_that_is_killed(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        slow.lua("vim.uv.kill(vim.g.pause, 'sigkill')")
        end = slow.wait_for_event("Finished")
    assert end["outcome"] == "done"
    assert slow.text == RENAMED
    slow.keys("u")
    assert slow.text == FUNCTION


def test_the_model_may_keep_the_text(quick: Neovim) -> None:
    quick.open("x = 1\n")
    quick.rewrite("ggV:SpecEdit rename result to total<CR>")
    assert quick.text == "x = 1\n"
    assert quick.events[-1]["data"]["outcome"] == "unchanged"
    assert quick.messages == ["specedit: the model kept the text as it is."]


def test_one_server_is_enough(slow: Neovim) -> None:
    slow.open(FUNCTION)
    slow.rewrite(f"ggVG{COMMAND}")
    slow.open(FUNCTION, "other.py")
    slow.rewrite(f"ggVG{COMMAND}")
    assert slow.lua("return #vim.lsp.get_clients()") == 1


def test_a_buffer_that_is_closed_meanwhile(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        slow.keys(":bdelete!<CR>")
        assert slow.wait_for_event("Finished")["outcome"] == "conflict"
    slow.open(FUNCTION)
    assert slow.rewrite(f"ggVG{COMMAND}")["outcome"] == "done"


def test_a_file_that_is_loaded_anew_meanwhile(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        slow.keys(":edit!<CR>")
        assert slow.wait_for_event("Finished")["outcome"] == "conflict"
    slow.wait_for("vim.iter(vim.lsp.get_clients()[1].requests):all(function() return false end)")
    assert slow.text == FUNCTION
