"""All substrings of a growing sequence of tokens, in a graph."""

from __future__ import annotations

from collections.abc import Iterable


class SuffixAutomaton:
    """The smallest automaton that reads every substring of what it was given (Blumer et al., 1985).

    A state stands for substrings that end at the same places; ``link`` leads to the state of the longest
    suffix that ends at more places, and ``length`` is that of the longest substring of a state. Appending
    is amortised O(1) a token.
    """

    ROOT = 0

    def __init__(self, tokens: Iterable[int] = ()) -> None:
        self._next: list[dict[int, int]] = [{}]
        self.link = [-1]
        self.length = [0]
        self._last = self.ROOT
        self.extend(tokens)

    def extend(self, tokens: Iterable[int]) -> None:
        """Append ``tokens``."""
        for token in tokens:
            self._append(token)

    def step(self, state: int, token: int) -> int | None:
        """Return the state after reading ``token`` in ``state``; None where no substring goes on so."""
        return self._next[state].get(token)

    def _append(self, token: int) -> None:
        added = self._add_state({}, self.length[self._last] + 1)
        state = self._last
        while state >= 0 and token not in self._next[state]:
            self._next[state][token] = added
            state = self.link[state]
        self.link[added] = self.ROOT if state < 0 else self._split(state, token)
        self._last = added

    def _split(self, state: int, token: int) -> int:
        """Return the state of what ``state`` reads with ``token`` and nothing longer, made if need be."""
        target = self._next[state][token]
        if self.length[target] == self.length[state] + 1:
            return target
        clone = self._add_state(dict(self._next[target]), self.length[state] + 1)
        self.link[clone], self.link[target] = self.link[target], clone
        while state >= 0 and self._next[state].get(token) == target:
            self._next[state][token] = clone
            state = self.link[state]
        return clone

    def _add_state(self, following: dict[int, int], length: int) -> int:
        self._next.append(following)
        self.link.append(-1)
        self.length.append(length)
        return len(self.length) - 1
