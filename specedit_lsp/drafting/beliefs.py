"""How often a source is right, believed at first and then counted."""

from __future__ import annotations

from specedit_lsp.drafting.draft import Draft, count_common

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
_MOST_SURE = 0.995


class Count:
    """How often guesses were right, on top of a belief that weighs as much as some guesses."""

    def __init__(self, belief: float, weight: float) -> None:
        self._right = belief * weight
        self._all = weight
        self.share = min(belief, _MOST_SURE)
        """How likely the next guess is right."""

    def add(self, right: int, wrong: int) -> None:
        """Count some more guesses."""
        self._right += right
        self._all += right + wrong
        self.share = min(self._right / self._all, _MOST_SURE)


class Beliefs:
    """Counts, for one edit, how far the drafts of each source come.

    Their first tokens are counted separately for weak and strong evidence, further ones at large.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, int], Count] = {}
        self._further: dict[str, Count] = {}

    def judge(self, draft: Draft, verified: tuple[int, ...]) -> None:
        """Count how far a draft has come, checked or not, among the tokens verified since it was made."""
        right = count_common(draft.tokens, verified)
        wrong = int(right < min(len(draft.tokens), len(verified)))
        if right == 0:
            self.first(draft).add(0, wrong)
        else:
            self.first(draft).add(1, 0)
            self.further(draft).add(right - 1, wrong)

    def first(self, draft: Draft) -> Count:
        """Return the count of first tokens of drafts like this one."""
        strength = min(max(draft.evidence, 0).bit_length(), len(_UNKNOWN) - 1)
        key = draft.source, strength
        if key not in self._first:
            self._first[key] = Count(_FIRST.get(draft.source, _UNKNOWN)[strength], _FIRST_WEIGHT)
        return self._first[key]

    def further(self, draft: Draft) -> Count:
        """Return the count of further tokens, behind right ones, of drafts of the same source."""
        if draft.source not in self._further:
            self._further[draft.source] = Count(_FURTHER.get(draft.source, 0.97), _FURTHER_WEIGHT)
        return self._further[draft.source]
