"""The router: what it prefers, and what it learns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import BUILDERS, build_router
from tests.drafting.codecs import edit_context


class Constant:
    """Proposes the same again and again."""

    def __init__(self, name: str, *branches: Sequence[int], evidence: int = 0) -> None:
        self.name = name
        self.heard: list[int] = []
        self._drafts = [Draft(name, tuple(tokens), evidence) for tokens in branches]

    def hear(self, verified: Sequence[int]) -> None:
        self.heard += verified

    def propose(self, width: int) -> Sequence[Draft]:
        return self._drafts


def choices(router: Router) -> list[str]:
    return [draft.source for draft in router.choose(16)]


def test_without_sources_there_are_no_drafts() -> None:
    router = Router(())
    router.hear([1])
    assert router.choose(16) == ()


def test_silent_and_empty_sources_are_passed_over() -> None:
    assert choices(Router([Constant("silent"), Constant("empty", ()), Constant("speaks", [1])])) == ["speaks"]
    assert choices(Router([Constant("silent")])) == []


def test_guesses_are_asked_for_only_where_nothing_is_almost_sure() -> None:
    weak, strong = Constant("selection", [1], evidence=1), Constant("selection", [1], evidence=9)
    guesses = Constant("rules", [2]), Constant("common", [3])
    assert choices(Router([weak, *guesses], branches=8)) == ["selection", "common", "rules"]
    assert choices(Router([strong, *guesses], branches=8)) == ["selection"]


def test_all_listeners_hear_before_all_sources() -> None:
    order: list[str] = []

    class Ear(Constant):
        def hear(self, verified: Sequence[int]) -> None:
            super().hear(verified)
            order.append(self.name)

    ears = [Ear("a", [1]), Ear("b"), Ear("listener")]
    router = Router(ears[:2], listeners=ears[2:])
    router.choose(16)
    router.hear([1, 2])
    router.hear([3])
    assert [ear.heard for ear in ears] == [[1, 2, 3]] * 3
    assert order == ["listener", "a", "b"] * 2


def test_evidence_counts() -> None:
    sources = [Constant("weak", [1, 2, 3]), Constant("strong", [4, 5, 6], evidence=9)]
    assert choices(Router(sources)) == ["strong"]


def test_length_counts() -> None:
    assert choices(Router([Constant("short", [1]), Constant("long", [1, 2, 3])])) == ["long"]


def test_the_first_named_wins_a_tie() -> None:
    assert choices(Router([Constant("first", [1]), Constant("second", [2])])) == ["first"]


def test_there_are_as_many_branches_as_the_router_was_made_for() -> None:
    source = Constant("many", *([n, n] for n in range(9)))
    assert [len(Router([source], branches=n).choose(16)) for n in (1, 3, 20)] == [1, 3, 9]


def test_a_branch_is_taken_for_what_it_adds() -> None:
    same = [Constant("a", [1, 2, 3, 4], evidence=9), Constant("b", [1, 2, 3], [7], evidence=4)]
    drafts = Router(same, branches=3).choose(16)
    assert [draft.tokens for draft in drafts] == [(1, 2, 3, 4), (7,)]


def test_a_beginning_that_another_branch_goes_on_from_adds_nothing() -> None:
    drafts = Router([Constant("a", [1, 2, 3], [1, 2], [1])], branches=3).choose(16)
    assert [draft.tokens for draft in drafts] == [(1, 2, 3)]


@pytest.mark.parametrize("branches", [2, 3, 8])
def test_lookup_has_a_branch_whatever_else_there_is(branches: int) -> None:
    strong = Constant("rewrite", *([n, *range(50, 90)] for n in range(9)), evidence=30)
    router = Router([strong, Constant("lookup", [99])], branches)
    assert "lookup" in choices(router)


def test_lookup_needs_no_branch_of_its_own_if_another_says_the_same() -> None:
    strong = Constant("rewrite", [1, 2, 3, 4], [5, 6, 7], evidence=30)
    assert choices(Router([strong, Constant("lookup", [1, 2])], branches=2)) == ["rewrite", "rewrite"]


def test_a_source_that_would_have_been_right_is_chosen_next_though_it_was_not_checked() -> None:
    router = Router([Constant("wrong", [8, 8, 8]), Constant("right", [1, 2])])
    assert choices(router) == ["wrong"]
    for _ in range(3):
        router.hear([1, 2, 5])
        chosen = choices(router)
    assert chosen == ["right"]


def test_strong_evidence_is_judged_apart_from_weak() -> None:
    weak, strong = Draft("a", (8,), 0), Draft("a", (8,), 9)
    router = Router([Constant("a", [8])])
    before = router.expect(weak), router.expect(strong)
    router.choose(16)
    router.hear([1])
    assert router.expect(weak) < before[0]
    assert router.expect(strong) == before[1]


def test_a_draft_is_judged_once() -> None:
    router = Router([Constant("a", [8])])
    router.choose(16)
    router.hear([1])
    once = router.expect(Draft("a", (8,), 0))
    router.hear([1])
    assert router.expect(Draft("a", (8,), 0)) == once


def test_tokens_behind_a_wrong_one_are_not_judged() -> None:
    router, other = (Router([Constant("a", tokens)]) for tokens in ([8, 1], [8, 2]))
    for one in (router, other):
        one.choose(16)
        one.hear([9, 1])
    long = Draft("a", tuple(range(9)), 0)
    assert router.expect(long) == other.expect(long)


def test_expectations_stay_below_the_length() -> None:
    router = Router([Constant("a", range(9), evidence=9)])
    for _ in range(300):
        (draft,) = router.choose(16)
        assert 0 < router.expect(draft) < 9
        router.hear(range(10))


def test_sources_are_named_and_built_once() -> None:
    context = edit_context("x = 1\n")
    assert {draft.source for draft in build_router(("selection", "selection"), context).choose(9)} == {
        "selection"
    }
    assert build_router((), context).choose(9) == ()


def test_an_unknown_source_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=f"'telepathy'; there are {', '.join(BUILDERS)}"):
        build_router(("lookup", "telepathy"), edit_context("x"))
