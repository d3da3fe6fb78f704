"""The router: what it prefers, and what it learns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import build_sources
from specedit_lsp.settings import DraftSettings


class Constant:
    """Proposes the same again and again."""

    def __init__(self, name: str, *tokens: int, evidence: int = 0) -> None:
        self.name = name
        self.heard: list[int] = []
        self._drafts = [Draft(name, tokens, evidence)] if tokens else []

    def hear(self, verified: Sequence[int]) -> None:
        self.heard += verified

    def propose(self, width: int) -> Sequence[Draft]:
        return self._drafts


def choice(router: Router) -> str | None:
    draft = router.choose(16)
    return draft.source if draft else None


def test_without_sources_there_are_no_drafts() -> None:
    router = Router(())
    router.hear([1])
    assert router.choose(16) is None


def test_silent_and_empty_sources_are_passed_over() -> None:
    assert choice(Router([Constant("silent"), Constant("speaks", 1)])) == "speaks"
    assert choice(Router([Constant("silent")])) is None


def test_all_sources_hear_all() -> None:
    sources = [Constant("a", 1), Constant("b")]
    router = Router(sources)
    router.choose(16)
    router.hear([1, 2])
    router.hear([3])
    assert [source.heard for source in sources] == [[1, 2, 3]] * 2


def test_evidence_counts() -> None:
    assert choice(Router([Constant("weak", 1, 2, 3), Constant("strong", 4, 5, 6, evidence=9)])) == "strong"


def test_length_counts() -> None:
    assert choice(Router([Constant("short", 1), Constant("long", 1, 2, 3)])) == "long"


def test_the_first_named_wins_a_tie() -> None:
    assert choice(Router([Constant("first", 1), Constant("second", 2)])) == "first"


def test_a_source_that_would_have_been_right_is_chosen_next_though_it_was_not_checked() -> None:
    router = Router([Constant("wrong", 8, 8, 8), Constant("right", 1, 2)])
    assert choice(router) == "wrong"
    router.hear([1, 2, 5])
    assert choice(router) == "right"


def test_strong_evidence_is_judged_apart_from_weak() -> None:
    weak, strong = Draft("a", (8,), 0), Draft("a", (8,), 9)
    router = Router([Constant("a", 8)])
    before = router.expect(weak), router.expect(strong)
    router.choose(16)
    router.hear([1])
    assert router.expect(weak) < before[0]
    assert router.expect(strong) == before[1]


def test_a_draft_is_judged_once() -> None:
    router = Router([Constant("a", 8)])
    router.choose(16)
    router.hear([1])
    once = router.expect(Draft("a", (8,), 0))
    router.hear([1])
    assert router.expect(Draft("a", (8,), 0)) == once


def test_expectations_stay_below_the_length() -> None:
    router = Router([Constant("a", *range(9), evidence=9)])
    for _ in range(1000):
        draft = router.choose(16)
        assert draft is not None
        assert 0 < router.expect(draft) < 9
        router.hear(range(10))


def test_sources_are_built_by_name() -> None:
    context = EditContext((1, 2), (2,))
    assert [source.name for source in build_sources(DraftSettings().sources, context)] == [
        "selection",
        "lookup",
    ]
    assert build_sources((), context) == ()
    assert [source.name for source in build_sources(("lookup", "lookup"), context)] == ["lookup"]


def test_an_unknown_source_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'telepathy'; there are selection, lookup"):
        build_sources(("lookup", "telepathy"), EditContext((), ()))
