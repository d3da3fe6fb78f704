"""A source of drafts that is right, wrong, or both by turns, as is wanted."""

from __future__ import annotations

import random
from collections.abc import Sequence

from specedit_lsp.drafting.draft import Draft


class Corrupting:
    """Proposes the right answer, known from a run without drafts, with some tokens of it wrong."""

    name = "corrupting"

    def __init__(self, answer: Sequence[int], wrong: float, vocabulary: int) -> None:
        """``wrong`` is the share of tokens that are drawn by lot from so large a ``vocabulary``."""
        self._answer = list(answer)
        self._wrong = wrong
        self._vocabulary = vocabulary
        self._dice = random.Random(1)
        self._heard = 0

    def hear(self, verified: Sequence[int]) -> None:
        self._heard += len(verified)

    def propose(self, width: int) -> Sequence[Draft]:
        rest = self._answer[self._heard : self._heard + width]
        guesses = [self._corrupt(token) for token in rest]
        others = [
            (*guesses[:cut], self._vocabulary - 1 - guesses[cut], *rest[cut + 1 :])
            for cut in range(min(3, len(rest)))
        ]
        return [Draft(self.name, tuple(tokens), 1) for tokens in (guesses, *others) if tokens]

    def _corrupt(self, token: int) -> int:
        return self._dice.randrange(self._vocabulary) if self._dice.random() < self._wrong else token
