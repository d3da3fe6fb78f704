"""Prompt lookup against the plainest possible search."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from tests.drafting.steps import count_steps

TOKENS = st.lists(st.integers(0, 3), max_size=40)


def lookup(prompt: Sequence[int], longest: int = 10) -> PromptLookup:
    return PromptLookup(prompt, longest)


def search(tokens: list[int], longest: int) -> tuple[int, int]:
    """Length and end of the longest match of the last tokens, the latest of the longest."""
    for length in range(min(longest, len(tokens) - 1), 0, -1):
        for end in range(len(tokens) - 1, length - 1, -1):
            if tokens[end - length : end] == tokens[-length:]:
                return length, end
    return 0, 0


@given(prompt=TOKENS, verified=TOKENS, longest=st.integers(1, 10), width=st.integers(1, 12))
def test_the_first_draft_follows_the_latest_of_the_longest_matches(
    prompt: list[int], verified: list[int], longest: int, width: int
) -> None:
    source = lookup(prompt, longest)
    for token in verified:
        source.hear([token])
    tokens = prompt + verified
    length, end = search(tokens, longest)
    drafts = source.propose(width)
    if length == 0:
        assert drafts == ()
    else:
        assert drafts[0] == Draft("lookup", tuple(tokens[end : end + width]), min(length, len(verified)))


@given(prompt=TOKENS, verified=TOKENS, width=st.integers(1, 12))
def test_further_drafts_begin_differently_and_each_followed_the_last_token_once(
    prompt: list[int], verified: list[int], width: int
) -> None:
    source = lookup(prompt)
    source.hear(verified)
    tokens = prompt + verified
    drafts = source.propose(width)
    followers = {after for before, after in pairwise(tokens) if before == tokens[-1]}
    assert {draft.tokens[0] for draft in drafts} == followers
    assert len(drafts) == len(followers)
    evidence = [draft.evidence for draft in drafts]
    assert evidence == sorted(evidence, reverse=True)


@given(prompt=TOKENS, verified=TOKENS)
def test_hearing_at_once_and_by_and_by_are_the_same(prompt: list[int], verified: list[int]) -> None:
    once, again = lookup(prompt), lookup(prompt)
    once.hear(verified)
    for token in verified:
        again.hear([token])
    assert once.propose(8) == again.propose(8)


def test_matches_in_the_prompt_alone_are_no_evidence() -> None:
    source = lookup((1, 2, 3, 4, 1, 2))
    assert source.propose(8) == (Draft("lookup", (3, 4, 1, 2), 0),)
    source.hear((3,))
    assert source.propose(8) == (Draft("lookup", (4, 1, 2, 3), 1),)


def test_an_empty_prompt_has_nothing_to_say() -> None:
    assert lookup(()).propose(8) == ()


def test_the_work_grows_at_most_as_the_occurrences_of_the_last_token_do() -> None:
    def work(prompt: Sequence[int]) -> int:
        source = lookup(prompt)
        source.hear((2, 1))
        return count_steps(lambda: source.propose(64))

    small, large = work([1] * 500), work([1] * 5000)
    assert large < 11 * small
    assert large < 10 * 5000


def test_one_token_repeated_is_found_at_once() -> None:
    source = lookup([1] * 20_000)
    assert count_steps(lambda: source.propose(64)) < 3000
