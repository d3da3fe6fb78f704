"""Baseline "greedy": no drafts, one token per forward."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.evaluation.replay import Method
from specedit_lsp.evaluation.task import ReplayTask


class Greedy:
    """Never proposes anything."""

    draft_forwards = 0

    def __init__(self, task: ReplayTask) -> None:
        pass

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return no branch."""
        return ()

    def hear(self, verified: Sequence[int]) -> None:
        """Do nothing."""


GREEDY = Method("greedy", Greedy, width=0, prefill_width=0)
