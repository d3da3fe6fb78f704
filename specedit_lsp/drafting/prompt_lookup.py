"""Draft source "lookup": what came after these tokens the last time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specedit_lsp.drafting.draft import Draft

_BRANCHES = 4
_VISITS = 48
"""Occurrences of the last token looked at for further branches, latest first."""


class PromptLookup:
    """Finds the longest match of the last tokens in prompt and output, and proposes what followed it.

    Prompt lookup decoding (Saxena, 2023) with match lengths from ``longest`` down to one, the most recent of
    equally long matches, and no limit on how often a token may occur. Further branches are continuations that
    begin differently, after the next longest matches. Instead of n-grams it keeps, for each position, the
    previous one with the same token: hearing is one dictionary access per token, and proposing visits only
    the places where the last token occurs.
    """

    name = "lookup"

    def __init__(self, prompt: Sequence[int], longest: int = 10) -> None:
        self._longest = longest
        self._heard = 0
        """Tokens of the output so far."""
        self._tokens: list[int] = []
        self._previous: list[int] = []
        """For each position, the one before it with the same token, or -1."""
        self._latest: dict[int, int] = {}
        self._index(prompt)

    def hear(self, verified: Sequence[int]) -> None:
        """Index the tokens verified since the last call."""
        self._heard += len(verified)
        self._index(verified)

    def _index(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            self._previous.append(self._latest.get(token, -1))
            self._latest[token] = len(self._tokens)
            self._tokens.append(token)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return what followed the longest match, then other continuations; evidence is what was verified.

        A match inside the prompt tells where the prompt came from, not what the output is about to be.
        """
        best = self._find_longest()
        if best is None:
            return ()
        drafts: dict[int, Draft] = {}
        for matched, position in (best, *self._find_others()):
            following = tuple(self._tokens[position + 1 : position + 1 + width])
            if following and following[0] not in drafts:
                drafts[following[0]] = Draft(self.name, following, min(matched, self._heard))
            if len(drafts) == _BRANCHES:
                break
        return tuple(drafts.values())

    def _find_longest(self) -> tuple[int, int] | None:
        """Length and last position of the longest earlier match of the last tokens, latest first."""
        tokens = self._tokens
        end = len(tokens) - 1
        matched, found = 0, -1
        position = self._previous[end] if tokens else -1
        while position >= 0 and matched < self._longest:
            # Worth a look only if it is longer than what has been found.
            if position >= matched and tokens[position - matched] == tokens[end - matched]:
                length = self._measure(position, end)
                if length > matched:
                    matched, found = length, position
            position = self._previous[position]
        return (matched, found) if matched else None

    def _find_others(self) -> list[tuple[int, int]]:
        """Lengths and positions of the latest matches, one for each token that follows, longest first."""
        tokens = self._tokens
        end = len(tokens) - 1
        best: dict[int, tuple[int, int]] = {}
        for position in self._visit(end):
            follower = tokens[position + 1]
            length = self._measure(position, end)
            if follower not in best or length > best[follower][0]:
                best[follower] = length, position
        return sorted(best.values(), reverse=True)

    def _visit(self, end: int) -> Iterator[int]:
        position = self._previous[end]
        for _ in range(_VISITS):
            if position < 0:
                return
            yield position
            position = self._previous[position]

    def _measure(self, position: int, end: int) -> int:
        """How many tokens up to ``position`` equal those up to ``end``, up to the longest that counts."""
        tokens = self._tokens
        length, limit = 1, min(self._longest, position + 1)
        while length < limit and tokens[position - length] == tokens[end - length]:
            length += 1
        return length
