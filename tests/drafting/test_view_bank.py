"""All texts that the output may turn out to be, kept in step with it."""

from __future__ import annotations

from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import edit_context, spell

TEXT = "a = 1\nb = a\nprint(a, b)\n"


def bank_after(written: str) -> ViewBank:
    bank = ViewBank(edit_context(TEXT))
    bank.hear(bank.context.codec.encode(written))
    return bank


def test_the_selection_leads_at_first() -> None:
    bank = bank_after("")
    bank.add("rewrite", TEXT.replace("a", "x"))
    assert bank.leader is bank.selection


def test_the_view_that_the_output_follows_leads() -> None:
    bank = bank_after("")
    view = bank.add("rewrite", "x = 1\nb = x\nprint(x, b)\n")
    bank.hear(bank.context.codec.encode("x = 1\nb = x\n"))
    assert bank.leader is view


def test_a_text_that_is_there_already_is_not_added_again() -> None:
    bank = bank_after("")
    assert bank.add("rewrite", TEXT) is None
    assert bank.add("rewrite", "x") is not None
    assert bank.add("other", "x") is None
    assert len(bank.views) == 2


def test_a_text_may_be_followed_from_the_middle() -> None:
    bank = bank_after("a = 1\n")
    view = bank.add("induced", "a = 1\nx = a\n", column_at=6, run=2)
    assert view is not None
    (draft,) = view.propose(99)
    assert spell(bank.context.codec, draft.tokens) == "x = a\n\n```"
    assert (draft.evidence, view.credit) == (2, 2)


def test_the_least_successful_view_goes_when_there_are_many_but_never_the_selection_or_the_newest() -> None:
    bank = bank_after("")
    for number in range(40):
        newest = bank.add("rewrite", f"c = {number}\n")
        assert newest in bank.views
    assert len(bank.views) < 20
    assert bank.views[0] is bank.selection


def test_views_are_listed_by_source_most_successful_first() -> None:
    bank = bank_after("")
    views = [bank.add("rewrite", text) for text in ("x = 1\n", "a = 2\n", "a = 1\nx\n")]
    bank.add("induced", "a = 1\nb = x\n")
    bank.hear(bank.context.codec.encode("a = 1\n"))
    assert bank.list_views("rewrite")[0] is views[2]
    assert set(bank.list_views("rewrite")) == set(views)
