"""Which of many drafts the next forward checks."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import Draft, DraftSource

_FIRST = (0.4, 0.4, 0.5, 0.7, 0.85)
"""How likely the first token of a draft is right, by strength of evidence, before anything was counted."""
_FURTHER = 0.95
"""How likely each further token is right after right ones, likewise."""
_FURTHER_WEIGHT = 20


class _Count:
    """How often guesses were right, on top of a belief that weighs as much as some guesses."""

    def __init__(self, belief: float, weight: float) -> None:
        self._right = belief * weight
        self._all = weight

    def add(self, right: bool) -> None:
        self._right += right
        self._all += 1

    @property
    def share(self) -> float:
        return self._right / self._all


class Router:
    """Chooses the draft that is expected to bring most tokens.

    Whatever is verified tells of every draft on the table how far it would have come, checked or not. So each
    source is judged on all its proposals: on their first token separately for weak and strong evidence, on
    further ones at large. With one source its drafts are checked as they come; with none there are no drafts.
    """

    def __init__(self, sources: Sequence[DraftSource]) -> None:
        self._sources = tuple(sources)
        self._open: list[Draft] = []
        self._first = {
            (source.name, strength): _Count(belief, 1)
            for source in sources
            for strength, belief in enumerate(_FIRST)
        }
        self._further = {source.name: _Count(_FURTHER, _FURTHER_WEIGHT) for source in sources}

    def hear(self, verified: Sequence[int]) -> None:
        """Judge the drafts on the table by the tokens verified since the last call, and pass these on."""
        for draft in self._open:
            self._judge(draft, verified)
        self._open = []
        for source in self._sources:
            source.hear(verified)

    def choose(self, width: int) -> Draft | None:
        """Return the most promising draft of at most ``width`` tokens; None when no source has one.

        Of equally promising ones the source named first wins.
        """
        best = (draft for source in self._sources for draft in source.propose(width)[:1])
        self._open = [draft for draft in best if draft.tokens]
        return max(self._open, key=self.expect, default=None)

    def expect(self, draft: Draft) -> float:
        """Return how many tokens of a draft the target model is expected to agree with."""
        further = self._further[draft.source].share
        in_a_row = (1 - further ** len(draft.tokens)) / (1 - further)
        return self._first[draft.source, _strength(draft)].share * in_a_row

    def _judge(self, draft: Draft, verified: Sequence[int]) -> None:
        count = self._first[draft.source, _strength(draft)]
        for guess, token in zip(draft.tokens, verified, strict=False):
            count.add(guess == token)
            if guess != token:
                return
            count = self._further[draft.source]


def _strength(draft: Draft) -> int:
    """Evidence of 0, 1, 2-3, 4-7, 8 and more tokens as 0 to 4."""
    return min(draft.evidence.bit_length(), len(_FIRST) - 1)
