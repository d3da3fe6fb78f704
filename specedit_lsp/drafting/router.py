"""Which of many drafts the next forward checks, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Protocol

from specedit_lsp.drafting.draft import Draft, DraftSource, Listener

_FIRST = {
    "resumed": (0.2, 0.3, 0.5, 0.8, 0.98),
    "rewrite": (0.8, 0.8, 0.85, 0.9, 0.95),
    "likely": (0.75, 0.75, 0.8, 0.85, 0.9),
    "selection": (0.4, 0.45, 0.6, 0.75, 0.9),
    "induced": (0.4, 0.6, 0.8, 0.85, 0.9),
    "indented": (0.4, 0.6, 0.7, 0.8, 0.9),
    "lookup": (0.2, 0.25, 0.45, 0.65, 0.8),
    "rules": (0.03, 0.07, 0.19, 0.9, 0.9),
    "common": (0.1, 0.13, 0.2, 0.22, 0.55),
}
"""How likely the first token of a draft is right before anything was counted, by source and strength of
evidence."""
_UNKNOWN = (0.2, 0.3, 0.4, 0.5, 0.6)
_FIRST_WEIGHT = 2
_FURTHER = {
    "resumed": 0.995,
    "rewrite": 0.992,
    "likely": 0.985,
    "selection": 0.985,
    "induced": 0.985,
    "indented": 0.985,
    "lookup": 0.92,
    "rules": 0.65,
    "common": 0.7,
}
"""How likely each further token is right after right ones, likewise."""
_FURTHER_WEIGHT = 20
_PARTING = 0.5
"""How likely a branch is right at the token where the branch that it shared its beginning with goes wrong."""
_CANDIDATES = 20
"""Drafts considered for the tree, the most promising by themselves."""


class Price(Protocol):
    """What a forward costs, by its number of rows."""

    def __call__(self, rows: int) -> float:
        """Return the cost of a forward with ``rows`` rows, in any unit."""
        ...


class _Count:
    """How often guesses were right, on top of a belief that weighs as much as some guesses."""

    def __init__(self, belief: float, weight: float) -> None:
        self._right = belief * weight
        self._all = weight

    def add(self, right: int, wrong: int) -> None:
        self._right += right
        self._all += right + wrong

    @property
    def share(self) -> float:
        return min(self._right / self._all, 0.995)


@dataclass(slots=True)
class _Branch:
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

    def stand_beside(self, other: _Branch) -> None:
        """Take into account that ``other``, which begins with the same token, is in the tree already."""
        common = _count_common(self.draft.tokens, other.draft.tokens)
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


class Router:
    """Chooses the drafts that are expected to bring most tokens: a tree of them, checked in one forward.

    Whatever is verified tells of every draft on the table how far it would have come, checked or not. So each
    source is judged on all its proposals: on their first token separately for weak and strong evidence, on
    further ones at large. A branch counts for what it adds to those before it, and is cut where a further
    row would cost more than it is expected to save.
    """

    def __init__(
        self,
        sources: Sequence[DraftSource],
        branches: int = 1,
        listeners: Sequence[Listener] = (),
        price: Price | None = None,
    ) -> None:
        """``listeners`` hear what was verified before the sources do. Without a price rows are free."""
        self._sources = tuple(sources)
        self._listeners = tuple(listeners)
        self._branches = branches
        self._price = price
        self._open: list[Draft] = []
        self._first: dict[tuple[str, int], _Count] = {}
        self._further: dict[str, _Count] = {}

    def hear(self, verified: Sequence[int]) -> None:
        """Judge the drafts on the table by the tokens verified since the last call, and pass these on."""
        if verified:
            tokens = tuple(verified)
            for draft in self._open:
                self._judge(draft, tokens)
        self._open = []
        for listener in (*self._listeners, *self._sources):
            listener.hear(verified)

    def choose(self, width: int) -> tuple[Draft, ...]:
        """Return drafts of at most ``width`` tokens, the most promising first; none when no source has one.

        Of equally promising ones the source named first wins. The tree has as many branches as the router was
        made for; of prompt lookup's there is always one if there may be two, so that nothing takes more
        forwards than prompt lookup alone.
        """
        return self._cut(self._propose(width))

    def choose_dealt(self, rows: int, most: int) -> tuple[Draft, ...]:
        """Return drafts for a forward whose ``rows`` are dealt out evenly to one draft, or to 2, 4, 8 ...

        There are ``most`` at most. Each has its share of the rows less one, which is for the last verified
        token, and as many get a share as are expected to bring most tokens.
        """
        branches = self._propose(rows - 1)
        best: tuple[float, int, int] = (0.0, 0, 0)
        hands = 1
        while hands == 1 or (hands // 2 < len(branches) and hands <= min(most, rows // 2)):
            share = rows // hands - 1
            dealt = branches[:hands]
            value = sum(branch.expect(share) for branch in dealt)
            if value > best[0]:
                best = value, hands, share
            hands *= 2
        _, hands, share = best
        return tuple(replace(branch.draft, tokens=branch.draft.tokens[:share]) for branch in branches[:hands])

    def _propose(self, width: int) -> list[_Branch]:
        unique: dict[tuple[int, ...], Draft] = {}
        looked_up: tuple[int, ...] | None = None
        for source in self._sources:
            for draft in source.propose(width):
                if draft.tokens:
                    unique.setdefault(draft.tokens[:width], draft)
                    if source.name == "lookup" and looked_up is None:
                        looked_up = draft.tokens[:width]
        self._open = list(unique.values())
        return self._plant(self._open, looked_up)

    def expect(self, draft: Draft) -> float:
        """Return how many tokens of a draft the target model is expected to agree with."""
        return self._branch(draft).gain

    def _plant(self, drafts: Sequence[Draft], looked_up: tuple[int, ...] | None) -> list[_Branch]:
        """Choose branches one by one, each for what it adds to those chosen before."""
        left = [self._branch(draft) for draft in drafts]
        lookup = next((branch for branch in left if branch.draft.tokens == looked_up), None)
        left.sort(key=_gain_of, reverse=True)
        chosen: list[_Branch] = []
        del left[_CANDIDATES:]
        while left and len(chosen) < self._branches:
            best = max(left, key=_gain_of)
            last = bool(chosen) and len(chosen) == self._branches - 1
            if lookup and last and not any(_starts_with(b.draft.tokens, lookup.draft.tokens) for b in chosen):
                best = lookup
            if best.gain <= 0:
                break
            chosen.append(best)
            left = [branch for branch in left if branch is not best]
            first, wrong = best.draft.tokens[0], 1 - best.odds
            for branch in left:
                if branch.draft.tokens[0] == first:
                    branch.stand_beside(best)
                elif branch.shared == 0:
                    # Right only if the other one goes wrong.
                    branch.odds *= wrong
                    branch.gain *= wrong
        return chosen

    def _branch(self, draft: Draft) -> _Branch:
        """What ``draft`` is worth by itself."""
        return _Branch(draft, 0, self._count_first(draft).share, self._count_further(draft).share)

    def _cut(self, branches: list[_Branch]) -> tuple[Draft, ...]:
        """Leave out rows that are expected to cost more time than they save."""
        if self._price is None or not branches:
            return tuple(branch.draft for branch in branches)
        lengths = choose_lengths(branches, self._price)
        cut = [
            replace(branch.draft, tokens=branch.draft.tokens[: branch.shared + length])
            for branch, length in zip(branches, lengths, strict=True)
            if length
        ]
        return tuple(cut)

    def _judge(self, draft: Draft, verified: tuple[int, ...]) -> None:
        right = _count_common(draft.tokens, verified)
        wrong = int(right < min(len(draft.tokens), len(verified)))
        if right == 0:
            self._count_first(draft).add(0, wrong)
        else:
            self._count_first(draft).add(1, 0)
            self._count_further(draft).add(right - 1, wrong)

    def _count_first(self, draft: Draft) -> _Count:
        strength = min(max(draft.evidence, 0).bit_length(), len(_UNKNOWN) - 1)
        key = draft.source, strength
        if key not in self._first:
            self._first[key] = _Count(_FIRST.get(draft.source, _UNKNOWN)[strength], _FIRST_WEIGHT)
        return self._first[key]

    def _count_further(self, draft: Draft) -> _Count:
        if draft.source not in self._further:
            self._further[draft.source] = _Count(_FURTHER.get(draft.source, 0.97), _FURTHER_WEIGHT)
        return self._further[draft.source]


_gain_of = attrgetter("gain")

_CHUNK = 4
"""Rows that are added to a branch, or not, at a time."""


def choose_lengths(branches: Sequence[_Branch], price: Price) -> list[int]:
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


def _count_common(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two drafts begin with in common."""
    if one[0] != other[0]:
        return 0
    low, high = 1, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _starts_with(tokens: Sequence[int], beginning: Sequence[int]) -> bool:
    return tokens[: len(beginning)] == beginning
