"""What a rewrite changed: shown, accepted, rejected."""

from __future__ import annotations

from typing import Any

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import Neovim

RENAMED = FUNCTION.replace("result", "total")
COMMAND = f":SpecEdit {RENAME}<CR>"


def marks(neovim: Neovim) -> list[list[Any]]:
    """The hunks as they are drawn: first row, row behind, removed lines."""
    drawn = neovim.lua(
        "return vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('specedit.hunks'), 0, -1, "
        "{ details = true })"
    )
    return [
        [
            row,
            details["end_row"],
            ["".join(part[0] for part in line).rstrip() for line in details["virt_lines"]],
        ]
        for _, row, _, details in drawn
        if "virt_lines" in details
    ]


def rewritten(neovim: Neovim) -> None:
    """Open the function and have it rewritten."""
    neovim.open(FUNCTION)
    assert neovim.rewrite(f"ggVG{COMMAND}")["outcome"] == "done"


def test_removed_lines_are_shown_above_what_replaced_them(quick: Neovim) -> None:
    rewritten(quick)
    assert marks(quick) == [
        [2, 3, ["    result = 0"]],
        [6, 9, ["        result += item.price * item.count", "    result -= discount", "    return result"]],
    ]


def test_hunks_are_accepted_and_rejected_one_by_one(quick: Neovim) -> None:
    rewritten(quick)
    quick.keys("gg:SpecEdit next<CR>:.SpecEdit reject<CR>")
    assert quick.text == RENAMED.replace("total = 0", "result = 0")
    quick.keys("gg:SpecEdit next<CR>")
    assert quick.nvim.current.window.cursor[0] == 7
    quick.keys(":.SpecEdit accept<CR>")
    assert marks(quick) == []
    assert quick.text == RENAMED.replace("total = 0", "result = 0")
    assert [event["name"] for event in quick.events][-2:] == ["Rejected", "Accepted"]
    quick.keys("u")
    assert quick.text == RENAMED


def test_where_there_is_no_hunk_one_is_told_to_wait_only_while_a_rewrite_runs(slow: Neovim) -> None:
    slow.open(FUNCTION)
    with slow.paused_at_first_hunk(f"ggVG{COMMAND}"):
        slow.keys("gg:.SpecEdit accept<CR>")
        assert "wait until the rewrite has ended" in slow.messages[-1]
    slow.wait_for_event("Finished")
    slow.keys("gg:.SpecEdit accept<CR>")
    assert slow.messages[-1] == "specedit: there is nothing here to accept."
    assert len(marks(slow)) > 0, "it is still under review"


def test_all_hunks_are_rejected_in_one_undo_step(quick: Neovim) -> None:
    rewritten(quick)
    quick.keys(":SpecEdit reject<CR>")
    assert quick.text == FUNCTION
    assert marks(quick) == []
    quick.keys("u")
    assert quick.text == RENAMED


def test_rejecting_keeps_what_the_user_wrote_elsewhere(quick: Neovim) -> None:
    rewritten(quick)
    quick.keys("5GA  # mine<Esc>ggO# above<Esc>:SpecEdit reject<CR>")
    assert quick.text == "# above\n" + FUNCTION.replace("cancelled:", "cancelled:  # mine")


def test_a_bang_leaves_nothing_to_review(quick: Neovim) -> None:
    quick.open(FUNCTION)
    quick.rewrite(f"ggVG:SpecEdit! {RENAME}<CR>")
    assert quick.text == RENAMED
    assert marks(quick) == []


def test_undoing_the_rewrite_ends_its_review(quick: Neovim) -> None:
    rewritten(quick)
    quick.keys("u")
    quick.wait_for("#require('specedit.sessions').of(vim.api.nvim_get_current_buf()) == 0")
    assert marks(quick) == []
    quick.keys("<C-r>")
    assert quick.text == RENAMED


def test_navigation_goes_around_and_back(quick: Neovim) -> None:
    rewritten(quick)
    seen = []
    for keys in (":SpecEdit next<CR>", ":SpecEdit next<CR>", ":SpecEdit prev<CR>"):
        quick.keys(keys)
        seen.append(quick.nvim.current.window.cursor[0])
    assert seen == [3, 7, 3]
    quick.keys("gg:SpecEdit prev<CR>")
    assert quick.nvim.current.window.cursor[0] == 7
    quick.keys("<C-o>")
    assert quick.nvim.current.window.cursor[0] == 1, "the jump can be taken back"


def test_a_hunk_is_a_text_object(quick: Neovim) -> None:
    rewritten(quick)
    quick.nvim.command("omap ih <Plug>(specedit-hunk)")
    quick.keys('8G"ayih')
    assert quick.nvim.funcs.getreg("a") == "".join(RENAMED.splitlines(keepends=True)[6:9])


def test_retry_and_refine_start_from_the_original(quick: Neovim) -> None:
    rewritten(quick)
    assert quick.rewrite(":SpecEdit retry<CR>")["outcome"] == "done"
    assert quick.text == RENAMED
    quick.keys(":SpecEdit accept<CR>jA # mine<Esc>:SpecEdit retry<CR>")
    assert "changed the text since" in quick.messages[-1]
    assert "# mine" in quick.text


def end_server(neovim: Neovim) -> None:
    """End it, so that the next rewrite starts another, whose jobs count from 1."""
    neovim.lua("vim.lsp.stop_client(vim.lsp.get_clients(), true)")
    neovim.wait_for("#vim.lsp.get_clients() == 0")


def test_a_server_is_asked_about_no_rewrite_of_another(quick: Neovim) -> None:
    end_server(quick)
    quick.open(FUNCTION)
    buffer = quick.nvim.current.buffer.number
    first = quick.rewrite(f"ggVG{COMMAND}")
    end_server(quick)
    quick.open("value = compute(value, 2)\n")
    other = quick.rewrite("ggV:SpecEdit rename value to price<CR>")
    assert other["job_id"] == first["job_id"]
    quick.keys(f":buffer {buffer}<CR>:SpecEdit refine rename item to entry<CR>")
    assert quick.messages == ["specedit: the server that wrote this has ended: use :SpecEdit retry."]
    quick.keys(":SpecEdit provenance<CR>")
    assert "has ended: the origin" in quick.messages[-1]
    quick.keys(":messages clear<CR>:SpecEdit stats<CR>")
    figures = quick.wait_for("vim.fn.execute('messages'):match('[^\\n]+: done.*')")
    assert figures.startswith(RENAME)
    quick.keys("<CR>")
    assert quick.text == RENAMED
    assert quick.rewrite(":SpecEdit retry<CR>")["outcome"] == "done"
    assert quick.text == RENAMED


def test_a_refined_rewrite_is_not_retried_without_its_server(quick: Neovim) -> None:
    rewritten(quick)
    assert quick.rewrite(":SpecEdit refine rename item to entry<CR>")["outcome"] == "done"
    refined = quick.text
    end_server(quick)
    quick.clear_events()
    quick.keys(":SpecEdit retry<CR>")
    assert quick.messages == [
        "specedit: the server that wrote this has ended: select what to rewrite and ask anew."
    ]
    assert quick.text == refined
    assert quick.events == []


def test_a_new_rewrite_of_the_same_place_accepts_the_old(quick: Neovim) -> None:
    rewritten(quick)
    quick.rewrite("ggVG:SpecEdit rename item to entry<CR>")
    assert quick.text == RENAMED.replace("items", "ITEMS").replace("item", "entry").replace("ITEMS", "items")
    assert quick.lua("return #require('specedit.sessions').of(vim.api.nvim_get_current_buf())") == 1


def test_lines_removed_above_the_first_one_can_be_seen(quick: Neovim) -> None:
    quick.open("value = compute(value, 2)\nafter = 3\n")
    assert quick.rewrite("ggV:SpecEdit rename value to price<CR>")["outcome"] == "done"
    assert quick.lua("return vim.fn.winsaveview().topfill") == 1


def test_characters_and_lines_of_a_selection_within_lines(quick: Neovim) -> None:
    quick.open("before = 1; value = compute(value, 2); after = 3\n")
    quick.rewrite("ggfvvf):SpecEdit rename value to price<CR>")
    quick.keys(":SpecEdit reject<CR>")
    assert quick.text == "before = 1; value = compute(value, 2); after = 3\n"
