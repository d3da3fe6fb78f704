"""Prompt lookup against the plainest possible search."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.prompt_lookup import PromptLookup

TOKENS = st.lists(st.integers(0, 3), max_size=40)


def search(tokens: list[int], longest: int) -> tuple[int, int]:
    """Length and end of the longest match of the last tokens, the latest of the longest."""
    for length in range(min(longest, len(tokens) - 1), 0, -1):
        for end in range(len(tokens) - 1, length - 1, -1):
            if tokens[end - length : end] == tokens[-length:]:
                return length, end
    return 0, 0


@given(prompt=TOKENS, verified=TOKENS, longest=st.integers(1, 10), width=st.integers(1, 12))
def test_finds_the_latest_of_the_longest_matches(
    prompt: list[int], verified: list[int], longest: int, width: int
) -> None:
    source = PromptLookup(EditContext(tuple(prompt), ()), longest)
    for token in verified:
        source.hear([token])
    tokens = prompt + verified
    length, end = search(tokens, longest)
    if length == 0:
        assert source.propose(width) == ()
    else:
        expected = Draft("lookup", tuple(tokens[end : end + width]), min(length, len(verified)))
        assert source.propose(width) == (expected,)


@given(prompt=TOKENS, verified=TOKENS)
def test_hearing_at_once_and_by_and_by_are_the_same(prompt: list[int], verified: list[int]) -> None:
    once = PromptLookup(EditContext(tuple(prompt), ()))
    once.hear(verified)
    again = PromptLookup(EditContext(tuple(prompt), ()))
    for token in verified:
        again.hear([token])
    assert once.propose(8) == again.propose(8)


def test_matches_in_the_prompt_alone_are_no_evidence() -> None:
    source = PromptLookup(EditContext((1, 2, 3, 4, 1, 2), ()))
    assert source.propose(8) == (Draft("lookup", (3, 4, 1, 2), 0),)
    source.hear((3,))
    assert source.propose(8) == (Draft("lookup", (4, 1, 2, 3), 1),)


def test_an_empty_prompt_has_nothing_to_say() -> None:
    assert PromptLookup(EditContext((), ())).propose(8) == ()
