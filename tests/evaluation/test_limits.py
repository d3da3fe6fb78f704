"""The limits against brute force, and what they are worth on cases counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.evaluation.limits import (
    count_copies,
    count_novel,
    count_routed,
    reach_by_drafts,
    reach_by_occurrences,
)
from specedit_lsp.evaluation.suffix_automaton import SuffixAutomaton
from tests.evaluation.conftest import Script

texts = st.lists(st.integers(0, 3), max_size=12).map(tuple)
some_text = st.lists(st.integers(0, 3), min_size=1, max_size=12).map(tuple)


def occurs(part: Sequence[int], text: Sequence[int]) -> bool:
    return any(tuple(text[start : start + len(part)]) == tuple(part) for start in range(len(text)))


def fewest_forwards(length: int, may_accept: Sequence[Sequence[int]]) -> int:
    """Try all ways to get to the end, where ``may_accept`` has the numbers possible at each position."""

    @cache
    def fewest(position: int) -> int:
        if position >= length:
            return 0
        return 1 + min(fewest(position + accepted + 1) for accepted in may_accept[position])

    return fewest(0)


@given(prompt=texts, selection=texts, answer=some_text)
def test_copies_are_the_fewest_of_all_ways_to_copy(
    prompt: tuple[int, ...], selection: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    may_accept = [
        [0]
        + [
            length
            for length in range(1, len(answer) - start + 1)
            if occurs(answer[start : start + length], selection)
            or occurs(answer[start : start + length], (*prompt, *answer[:start]))
        ]
        for start in range(len(answer))
    ]
    assert count_copies(prompt, [selection], answer) == fewest_forwards(len(answer), may_accept)


@given(prompt=some_text, answer=some_text)
def test_occurrences_reach_as_far_as_the_best_place_of_the_last_token(
    prompt: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    expected = []
    for position in range(len(answer)):
        known = (*prompt, *answer[:position])
        expected.append(
            max(
                length
                for length in range(len(answer) - position + 1)
                if occurs((known[-1], *answer[position : position + length]), known)
            )
        )
    assert reach_by_occurrences(prompt, answer) == expected


@given(st.lists(st.integers(0, 6), min_size=1, max_size=10))
def test_a_router_may_cut_drafts_short(reach: list[int]) -> None:
    may_accept = [range(min(most, len(reach) - start) + 1) for start, most in enumerate(reach)]
    assert count_routed(reach) == fewest_forwards(len(reach), may_accept)


def test_cutting_a_draft_short_can_pay() -> None:
    # Greedily 4 tokens at once lead to a place that leads nowhere; one token less leads on to the end.
    assert count_routed([3, 0, 0, 9, 0, 0, 0, 0, 0, 0]) == 2


def test_only_tokens_never_seen_cost_a_chain() -> None:
    assert count_novel((1, 2), [(3,)], (3, 2, 1, 1)) == 1
    assert count_novel((1, 2), [], (7, 1, 7, 8, 1)) == 3
    # The last token comes as the one more of the forward before.
    assert count_novel((1, 2), [], (1, 2, 9)) == 1


def test_copies_never_cross_from_one_text_to_the_next() -> None:
    assert count_copies((0,), [(1, 2), (3, 4)], (1, 2, 3, 4)) == 2
    assert count_copies((0,), [(1, 2, 3, 4)], (1, 2, 3, 4)) == 1


def test_drafts_reach_as_far_as_the_best_branch() -> None:
    drafter = Script(((1, 2, 9), (1,)), (), ((3,),))
    assert reach_by_drafts(drafter, (9, 9), (1, 2, 3)) == [2, 0, 1]
    assert drafter.heard == [1, 2, 3]


@given(texts, texts)
def test_the_automaton_reads_substrings_and_nothing_else(
    text: tuple[int, ...], part: tuple[int, ...]
) -> None:
    automaton = SuffixAutomaton(text)
    state: int | None = SuffixAutomaton.ROOT
    for token in part:
        state = None if state is None else automaton.step(state, token)
    assert (state is not None) == (not part or occurs(part, text))
