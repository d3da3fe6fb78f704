"""Baseline "hf_prompt_lookup": prompt lookup with the defaults of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from specedit_lsp.evaluation.replay import Method
from specedit_lsp.evaluation.task import ReplayTask

LONGEST = 2
WIDTH = 10


class HfPromptLookup:
    """Proposes what followed the first place of the last two tokens, else of the last one.

    As ``PromptLookupCandidateGenerator`` of transformers 5 does: matches may overlap the tokens that they
    match, and a proposal ends before a token that ends an answer.
    """

    draft_forwards = 0

    def __init__(self, task: ReplayTask) -> None:
        self._ending = task.ending
        self._tokens: list[int] = []
        self._first: dict[tuple[int, ...], int] = {}
        """Where each n-gram first ended with something behind it."""
        self.hear(task.prompt)

    def hear(self, verified: Sequence[int]) -> None:
        """Index all n-grams but those at the end."""
        for token in verified:
            end = len(self._tokens)
            for n in range(1, min(LONGEST, end) + 1):
                self._first.setdefault(tuple(self._tokens[end - n :]), end)
            self._tokens.append(token)

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return one branch, or none."""
        for n in range(LONGEST, 0, -1):
            end = self._first.get(tuple(self._tokens[-n:]))
            if end is not None:
                following = self._tokens[end : end + width]
                return (tuple(takewhile(lambda token: token not in self._ending, following)),)
        return ()


HF_PROMPT_LOOKUP = Method("hf_prompt_lookup", HfPromptLookup, WIDTH, WIDTH)
