"""Which of many drafts the next forward checks, and how much of each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from specedit_lsp.drafting.account import Account
from specedit_lsp.drafting.beliefs import Beliefs
from specedit_lsp.drafting.branch import Branch, Price, choose_lengths
from specedit_lsp.drafting.draft import Draft, DraftSource, Listener, count_common

_CANDIDATES = 20
"""Drafts considered for the tree, the most promising by themselves."""
_GUESSERS = frozenset({"rules", "common"})
"""Sources that are asked only where no other has a draft that is almost sure: they take longest, and bring
little."""
_SURE = 0.9
_SHARE = 4
"""Rows that are added to every branch, or not, at a time."""
_USUAL_ROWS = 16
"""Rows of a forward that a costly source may have saved."""


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
        accounts: Mapping[str, Account] | None = None,
    ) -> None:
        """``listeners`` hear what was verified before the sources do.

        ``price`` is in seconds; without one rows are free, and so is asking. A source that has an account is
        asked only as long as that saves more time than it takes.
        """
        self._sources = tuple(sources)
        self._listeners = tuple(listeners)
        self._branches = branches
        self._price = price
        self._accounts = accounts if accounts and price else {}
        self._spent: dict[str, float] = {}
        """Seconds that the drafts on the table took, of sources that have an account."""
        self._open: list[Draft] = []
        self._beliefs = Beliefs()

    def hear(self, verified: Sequence[int]) -> None:
        """Judge the drafts on the table by the tokens verified since the last call, and pass these on."""
        if verified:
            tokens = tuple(verified)
            for draft in self._open:
                self._beliefs.judge(draft, tokens)
            self._settle(tokens)
        self._open, self._spent = [], {}
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

    def choose_even(self, rows: int, most: int) -> tuple[Draft, ...]:
        """The same where a forward need not have all ``rows``: it gets as many as make a token cheapest."""
        branches = self._propose(rows - 1)
        price: Price = self._price or (lambda rows: 1.0)
        best: tuple[float, int, int] = (1 / price(1), 0, 0)
        hands = 1
        while branches and (hands == 1 or (hands // 2 < len(branches) and hands <= min(most, rows // 2))):
            dealt = branches[:hands]
            longest = min(max(len(branch.draft.tokens) for branch in dealt), rows // hands - 1)
            for share in {*range(_SHARE, longest, _SHARE), longest}:
                value = 1 + sum(branch.expect(share) for branch in dealt)
                rate = value / price(hands * (1 + share))
                if rate > best[0]:
                    best = rate, hands, share
            hands *= 2
        _, hands, share = best
        return tuple(replace(branch.draft, tokens=branch.draft.tokens[:share]) for branch in branches[:hands])

    def _propose(self, width: int) -> list[Branch]:
        unique: dict[tuple[int, ...], Draft] = {}
        looked_up: tuple[int, ...] | None = None
        best = 0.0
        for source in self._sources:
            if best >= _SURE and source.name in _GUESSERS:
                continue
            for draft in self._ask(source, width):
                if draft.tokens:
                    unique.setdefault(draft.tokens[:width], draft)
                    best = max(best, self._beliefs.first(draft).share)
                    if source.name == "lookup" and looked_up is None:
                        looked_up = draft.tokens[:width]
        self._open = list(unique.values())
        return self._plant(self._open, looked_up)

    def _ask(self, source: DraftSource, width: int) -> Sequence[Draft]:
        account = self._accounts.get(source.name)
        if account is None:
            return source.propose(width)
        if not account.is_worth_asking():
            return ()
        began = time.perf_counter()
        drafts = source.propose(width)
        if drafts:
            self._spent[source.name] = time.perf_counter() - began
        return drafts

    def _settle(self, verified: tuple[int, ...]) -> None:
        """Enter what the sources that take long have brought beyond all others."""
        for name, spent in self._spent.items():
            own = others = 0
            for draft in self._open:
                reach = count_common(draft.tokens, verified)
                if draft.source == name:
                    own = max(own, reach)
                else:
                    others = max(others, reach)
            forwards = max(own - others, 0) / (1 + others)
            assert self._price is not None
            self._accounts[name].enter(spent, forwards * self._price(_USUAL_ROWS))

    def expect(self, draft: Draft) -> float:
        """Return how many tokens of a draft the target model is expected to agree with."""
        return self._branch(draft).gain

    def _plant(self, drafts: Sequence[Draft], looked_up: tuple[int, ...] | None) -> list[Branch]:
        """Choose branches one by one, each for what it adds to those chosen before."""
        left = [self._branch(draft) for draft in drafts]
        lookup = next((branch for branch in left if branch.draft.tokens == looked_up), None)
        left.sort(key=_gain_of, reverse=True)
        chosen: list[Branch] = []
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

    def _branch(self, draft: Draft) -> Branch:
        """What ``draft`` is worth by itself."""
        return Branch(draft, 0, self._beliefs.first(draft).share, self._beliefs.further(draft).share)

    def _cut(self, branches: list[Branch]) -> tuple[Draft, ...]:
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


_gain_of = attrgetter("gain")


def _starts_with(tokens: Sequence[int], beginning: Sequence[int]) -> bool:
    return tokens[: len(beginning)] == beginning
