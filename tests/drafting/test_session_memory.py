"""What earlier rewrites teach later ones, and what is forgotten."""

from __future__ import annotations

from specedit_lsp.drafting.session_memory import MemoryViews, SessionMemory, WorkspaceMemory, find_pairs
from specedit_lsp.drafting.sources import Helpers, build_router
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import WordCodec, edit_context, spell

BEFORE = "def area(w, h):\n    size = w * h\n    return size\n"
AFTER = "def area(w, h):\n    total = w * h\n    return total\n"


def test_a_rename_is_learnt_from_a_rewrite() -> None:
    assert find_pairs(BEFORE, AFTER) == {"size": "total"}


def test_a_name_that_is_also_kept_was_not_renamed() -> None:
    assert find_pairs("use(size, size)", "use(total, size)") == {}


def test_a_name_with_two_successors_was_not_renamed() -> None:
    assert find_pairs("a1(size); b1(size)", "a1(total); b1(width)") == {}


def test_lines_that_come_or_go_hide_no_rename() -> None:
    assert find_pairs(BEFORE, "import math\n" + AFTER) == {"size": "total"}
    assert find_pairs("import math\n" + BEFORE, AFTER) == {"size": "total"}


def test_many_lines_alike_are_compared_in_no_time() -> None:
    """Matching all their lexemes at once would take minutes, in which nobody else is served."""
    rows = [f"    {number}, {number}, size, {number}," for number in range(400)]
    changed = [f"    ({number}, {number}, total, {number})," for number in range(400)]
    assert find_pairs("\n".join(rows), "\n".join(changed)) == {"size": "total"}
    assert find_pairs("\n".join(rows), "\n".join(changed[1:])) == {}
    assert find_pairs(" ".join(rows), " ".join(changed)) == {}


def test_other_changes_teach_no_names() -> None:
    assert find_pairs("x = 30\ncall(x)", "x = 60\ncall(x)\nmore()") == {}
    assert find_pairs("aa bb", "cc dd ee") == {}


def test_the_second_edit_of_a_workspace_is_drafted_with_the_renames_of_the_first() -> None:
    memory = WorkspaceMemory()
    memory.remember(BEFORE, AFTER)
    context = edit_context("print(size)\nsize += 1", codec=WordCodec())
    router = build_router(["memory"], context, branches=2, helpers=Helpers(memory))
    assert spell(context.codec, router.choose(50)[0].tokens) == "print(total)\ntotal += 1\n```"


def test_nothing_is_proposed_where_nothing_was_learnt() -> None:
    context = edit_context("print(size)", codec=WordCodec())
    assert build_router(["memory"], context).choose(50) == ()


def test_earlier_results_go_on_as_they_did() -> None:
    memory = WorkspaceMemory()
    memory.remember("x", "import logging\nlogger = logging.getLogger(__name__)\n")
    bank = ViewBank(edit_context("pass", codec=WordCodec()))
    source = MemoryViews(bank, memory)
    verified = bank.context.codec.encode("import logging\nlogger =")
    bank.hear(verified)
    source.hear(verified)
    text = spell(bank.context.codec, source.propose(20)[0].tokens)
    assert text.startswith(" logging.getLogger(__name__)")


def test_taking_a_rename_back_forgets_it() -> None:
    memory = WorkspaceMemory()
    memory.remember(BEFORE, AFTER)
    memory.remember(AFTER, BEFORE)
    assert dict(memory.pairs) == {"total": "size"}


def test_the_oldest_texts_and_names_go_first() -> None:
    memory = WorkspaceMemory()
    for number in range(80):
        memory.remember(f"old_{number}()", f"new_{number}()" + " " * 2000)
    assert sum(map(len, memory.texts)) <= 60_000
    assert next(reversed(memory.texts)).startswith("new_79")
    assert len(memory.pairs) == 64
    assert "old_0" not in memory.pairs


def test_one_text_is_kept_however_long_it_is() -> None:
    memory = WorkspaceMemory()
    memory.remember("a", "b" * 100_000)
    assert len(memory.texts) == 1


def test_workspaces_know_nothing_of_each_other() -> None:
    memory = SessionMemory()
    memory.recall("one").remember(BEFORE, AFTER)
    assert not memory.recall("two").pairs
    assert memory.recall("one").pairs


def test_the_workspace_used_longest_ago_is_forgotten() -> None:
    memory = SessionMemory()
    memory.recall("first").remember(BEFORE, AFTER)
    for number in range(7):
        memory.recall(str(number))
    assert memory.recall("first").pairs
    for number in range(8):
        memory.recall(str(number))
    assert not memory.recall("first").pairs
