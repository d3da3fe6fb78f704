"""How much of each branch a forward should check, against trying all lengths."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.branch import Branch, Price, choose_lengths
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router

CHUNK = 8
BRANCH = st.builds(
    lambda chunks, odds, further: Branch(Draft("a", tuple(range(CHUNK * chunks)), 0), 0, odds, further),
    st.integers(1, 3),
    st.floats(0.05, 0.95),
    st.floats(0.5, 0.99),
)


def convex(base: float, slope: float, bend: float) -> Price:
    """A price whose every further row costs as much as the one before it, or more."""
    return lambda rows: base + slope * rows + bend * rows * rows


PRICE = st.builds(convex, st.floats(1, 50), st.floats(0.01, 2), st.floats(0, 0.05))


def rate(branches: list[Branch], lengths: tuple[int, ...] | list[int], price: Price) -> float:
    """Tokens that a forward is expected to bring for what it costs."""
    expected = 1.0
    for branch, length in zip(branches, lengths, strict=True):
        q = branch.further
        expected += branch.odds * (1 - q**length) / (1 - q)
    return expected / price(1 + sum(lengths))


@given(branches=st.lists(BRANCH, min_size=1, max_size=3), price=PRICE)
def test_no_other_lengths_bring_more_for_their_price(branches: list[Branch], price: Price) -> None:
    steps = [range(0, len(branch.draft.tokens) + 1, CHUNK) for branch in branches]
    best = max(rate(branches, lengths, price) for lengths in product(*steps))
    assert rate(branches, choose_lengths(branches, price), price) >= best * (1 - 1e-9)


def test_rows_that_cost_nothing_are_all_taken() -> None:
    branches = [Branch(Draft("a", tuple(range(n)), 0), 0, 0.1, 0.5) for n in (5, 20)]
    assert choose_lengths(branches, lambda rows: 1.0) == [5, 20]


def test_a_beginning_that_is_shared_is_paid_for_once() -> None:
    branch = Branch(Draft("a", tuple(range(20)), 0), 15, 0.9, 0.9)
    assert choose_lengths([branch], lambda rows: 1.0) == [5]


class Source:
    """Has one long draft of strong evidence and one of none."""

    name = "selection"

    def hear(self, verified: object) -> None:
        """Nothing to learn."""

    def propose(self, width: int) -> list[Draft]:
        return [Draft("selection", tuple(range(64)), 20), Draft("selection", tuple(range(100, 164)), 0)]


def test_dear_rows_cut_drafts_and_leave_out_the_unlikely_one() -> None:
    free = Router([Source()], branches=2).choose(64)
    dear = Router([Source()], branches=2, price=lambda rows: 1.0 + rows / 16).choose(64)
    assert [len(draft.tokens) for draft in free] == [64, 64]
    assert sum(len(draft.tokens) for draft in dear) < 64
    assert dear[0].tokens == free[0].tokens[: len(dear[0].tokens)]


def test_rows_that_cost_as_much_as_a_forward_leave_no_draft() -> None:
    assert Router([Source()], branches=2, price=lambda rows: float(rows)).choose(64) == ()
