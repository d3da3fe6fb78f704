"""Trees of drafts: what is shared, what is agreed with, and in what order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.decoding.draft_tree import ROOT, DraftTree

BRANCHES = st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=6)


def test_shared_beginnings_are_there_once() -> None:
    tree = DraftTree.plant([[1, 2, 3], [1, 2, 4], [5]], rows=10)
    assert tree.tokens == (1, 2, 3, 4, 5)
    assert tree.parents == (ROOT, 0, 1, 1, ROOT)
    assert not tree.is_chain


def test_one_branch_is_a_chain() -> None:
    assert DraftTree.plant([[1, 2, 3], [1, 2]], rows=10).is_chain
    assert DraftTree.plant([], rows=10).is_chain


def test_the_last_branches_go_without_when_there_is_no_room() -> None:
    assert DraftTree.plant([[1, 2, 3], [4, 5]], rows=4).tokens == (1, 2, 3, 4)
    assert DraftTree.plant([[1, 2, 3], [4, 5]], rows=0).tokens == ()


def test_a_stop_token_ends_what_is_agreed() -> None:
    tree = DraftTree.plant([[1, 9, 2]], rows=5)
    assert tree.find_agreed([1, 9, 2, 3], {9}) == [0, 1]


@given(BRANCHES, st.integers(0, 20))
def test_parents_come_first_and_branches_can_be_read_back(branches: list[list[int]], rows: int) -> None:
    tree = DraftTree.plant(branches, rows)
    assert len(tree.tokens) == len(tree.parents) <= rows
    assert all(parent < index for index, parent in enumerate(tree.parents))
    paths = {()} | {tuple(tree.tokens[index] for index in lineage) for lineage in _lineages(tree)}
    if rows >= sum(map(len, branches)):
        assert paths == {tuple(branch[:end]) for branch in branches for end in range(len(branch) + 1)} | {()}


@given(BRANCHES, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_what_is_agreed_is_the_longest_beginning_of_the_answer(
    branches: list[list[int]], answer: list[int]
) -> None:
    tree = DraftTree.plant(branches, 100)
    # A model that writes the answer whatever branch it is on, as far as that branch goes along with it.
    depths = [0] + [len(lineage) for lineage in _lineages(tree)]
    chosen = [answer[depth] for depth in depths]
    agreed = tree.find_agreed(chosen, frozenset())
    longest = max((_count_common(branch, answer) for branch in branches), default=0)
    assert [tree.tokens[index] for index in agreed] == answer[:longest]


def _lineages(tree: DraftTree) -> list[list[int]]:
    lineages: list[list[int]] = []
    for index, parent in enumerate(tree.parents):
        lineages.append([*(lineages[parent] if parent != ROOT else []), index])
    return lineages


def _count_common(one: list[int], other: list[int]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count
