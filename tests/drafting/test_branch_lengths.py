"""How much of each branch a forward should check, against trying all lengths."""

from __future__ import annotations

from collections.abc import Sequence
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


class Several:
    """Proposes drafts of one length that share no beginning."""

    name = "several"

    def __init__(self, count: int, length: int) -> None:
        self._drafts = [Draft(self.name, tuple(range(100 * n, 100 * n + length)), 0) for n in range(count)]

    def hear(self, verified: Sequence[int]) -> None:
        """Nothing depends on it."""

    def propose(self, width: int) -> Sequence[Draft]:
        return self._drafts


def choose_even(
    price: Price | None, rows: int = 128, most: int = 8, drafts: int = 8, length: int = 60
) -> list[int]:
    """How long the drafts are that a forward with even shares gets."""
    router = Router([Several(drafts, length)], branches=8, price=price)
    return [len(draft.tokens) for draft in router.choose_even(rows, most)]


def test_where_rows_are_free_every_draft_gets_its_share() -> None:
    assert sum(1 + length for length in choose_even(None)) == 128
    assert choose_even(None, length=5) == [5] * 8
    assert choose_even(None, most=2) == [60, 60]
    assert choose_even(None, drafts=1, rows=40) == [39]
    assert choose_even(None, drafts=0) == []


def test_even_shares_are_as_long_as_they_pay() -> None:
    cheap, dear = (sum(choose_even(lambda rows, by=by: 1 + rows / by)) for by in (64, 8))
    assert 0 < dear < cheap
    assert choose_even(lambda rows: float(rows)) == []


@given(
    rows=st.integers(2, 128),
    most=st.sampled_from([1, 2, 4, 8]),
    drafts=st.integers(1, 9),
    length=st.integers(1, 60),
    slope=st.floats(0, 1),
)
def test_even_shares_fit_into_the_rows(rows: int, most: int, drafts: int, length: int, slope: float) -> None:
    lengths = choose_even(lambda rows: 1 + slope * rows, rows, most, drafts, length)
    assert len(lengths) <= most
    hands = 1 << (len(lengths) - 1).bit_length() if lengths else 0
    assert hands * (1 + max(lengths, default=0)) <= rows
