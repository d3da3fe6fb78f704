"""Drafts made to mislead: they know the right answer and spoil it. Nothing but an audit may know it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from specedit_lsp.drafting.draft import Draft

LONGEST = 64
"""Tokens of a draft, at most: a wrong one costs as much as a right one."""
_SPOILED = 0.1
"""Of the tokens of a corrupted answer."""
MOST_BRANCHES = 8
"""Of a tree."""

Spoil = Callable[[random.Random, Sequence[int], int], list[list[int]]]
"""Makes drafts out of what is left of the right answer; the number is the size of the vocabulary."""


class Adversary:
    """Draft source that makes each draft from the rest of the right answer."""

    name = "adversary"

    def __init__(self, spoil: Spoil, answer: Sequence[int], vocabulary_size: int, seed: str) -> None:
        """``answer`` has the token that ends it; the same ``seed`` gives the same drafts."""
        self._spoil = spoil
        self._rest = list(answer)
        self._vocabulary_size = vocabulary_size
        self._chance = random.Random(seed)

    def hear(self, verified: Sequence[int]) -> None:
        """Go on behind what was verified."""
        del self._rest[: len(verified)]

    def propose(self, width: int) -> Sequence[Draft]:
        """Return spoiled drafts, in no order that means anything."""
        spoiled = self._spoil(self._chance, self._rest[:LONGEST], self._vocabulary_size)
        return [Draft(self.name, tuple(tokens[:width]), 1) for tokens in spoiled if tokens]


def draw_at_random(chance: random.Random, rest: Sequence[int], vocabulary_size: int) -> list[list[int]]:
    """Any tokens whatever."""
    return [[chance.randrange(vocabulary_size) for _ in range(chance.randint(1, 8))]]


def truncate(chance: random.Random, rest: Sequence[int], vocabulary_size: int) -> list[list[int]]:
    """The right tokens, up to anywhere."""
    return [list(rest[: chance.randint(0, len(rest))])]


def corrupt(chance: random.Random, rest: Sequence[int], vocabulary_size: int) -> list[list[int]]:
    """The right tokens, each tenth of them replaced by any other."""
    spoiled = [chance.randrange(vocabulary_size) if chance.random() < _SPOILED else token for token in rest]
    return [spoiled]


def branch_out(chance: random.Random, rest: Sequence[int], vocabulary_size: int) -> list[list[int]]:
    """A tree of all these, whose branches share beginnings and leave them anywhere."""
    ways: Sequence[Spoil] = (draw_at_random, truncate, corrupt)
    branches: list[list[int]] = []
    for _ in range(MOST_BRANCHES // 2):
        (tokens,) = chance.choice(ways)(chance, rest, vocabulary_size)
        shared = chance.randint(0, len(rest))
        branches += [tokens, [*rest[:shared], *tokens][:LONGEST]]
    return branches


ADVERSARIES: dict[str, Spoil] = {
    "random drafts": draw_at_random,
    "truncated answers": truncate,
    "corrupted answers": corrupt,
    "trees of these": branch_out,
}
"""By the name under which an audit reports them."""
