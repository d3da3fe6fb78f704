"""Drafts as branches of a tree: what each adds to those before it, and how long it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from specedit_lsp.drafting.draft import Draft, count_common

_PARTING = 0.5
"""How likely a branch is right at the token where the branch that it shared its beginning with goes wrong."""
_CHUNK = 4
"""Rows that are added to a branch, or not, at a time."""


class Price(Protocol):
    """What a forward costs, by its number of rows."""

    def __call__(self, rows: int) -> float:
        """Return the seconds that a forward with ``rows`` rows takes."""
        ...


@dataclass(slots=True)
class Branch:
    """A draft on its way into the tree."""

    draft: Draft
    shared: int
    """Leading tokens that branches before it have as well."""
    odds: float
    """How likely its first token of its own is right."""
    further: float
    """How likely each further token is right after right ones."""
    gain: float = field(init=False)
    """Tokens that it is expected to bring beyond those of the branches before it."""

    def __post_init__(self) -> None:
        self.gain = self.expect(len(self.draft.tokens))

    def expect(self, length: int) -> float:
        """Return ``gain`` if the draft were cut to ``length`` tokens."""
        own = max(min(length, len(self.draft.tokens)) - self.shared, 0)
        return self.odds * (1 - self.further**own) / (1 - self.further)

    def stand_beside(self, other: Branch) -> None:
        """Take into account that ``other``, which begins with the same token, is in the tree already."""
        common = count_common(self.draft.tokens, other.draft.tokens)
        if common < self.shared:
            return
        # Right where it parts from the other branch only if that one goes wrong there.
        if common == len(self.draft.tokens):
            odds = 0.0
        else:
            odds = other.odds * other.further ** (common - 1) * (1 - other.further) * _PARTING
        self.odds = odds if common > self.shared else min(self.odds, odds)
        self.shared = common
        self.gain = self.expect(len(self.draft.tokens))


def choose_lengths(branches: Sequence[Branch], price: Price) -> list[int]:
    """Return how many tokens of its own each branch should have, so that a token costs least time.

    Rows are added where they are likeliest to be right, as long as the tokens expected per unit of cost rise:
    a renewal process is cheapest where the marginal rate meets the mean.
    """
    lengths = [0] * len(branches)
    expected, rows = 1.0, 1
    while True:
        best, gain, step = -1, 0.0, 0
        for index, branch in enumerate(branches):
            own = len(branch.draft.tokens) - branch.shared
            length = min(_CHUNK, own - lengths[index])
            if length > 0:
                q = branch.further
                reach = branch.odds * q ** lengths[index] * (1 - q**length) / (1 - q)
                if reach / length > (gain / step if step else 0.0):
                    best, gain, step = index, reach, length
        if best < 0 or (expected + gain) / price(rows + step) < expected / price(rows):
            return lengths
        lengths[best] += step
        expected += gain
        rows += step
