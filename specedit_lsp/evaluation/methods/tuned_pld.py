"""Baseline "tuned_pld": prompt lookup as VANTAGE tuned it, the yardstick of all figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specedit_lsp.evaluation.lookup_index import LookupIndex
from specedit_lsp.evaluation.replay import Method

if TYPE_CHECKING:
    from specedit_lsp.evaluation.task import ReplayTask

LONGEST = 10
WIDTH = 128


class TunedPld:
    """Proposes what followed the longest match of the last ten tokens or fewer in prompt and output.

    The latest of equally long matches, none that overlaps the tokens it matches; the proposal ends where
    these begin.
    """

    draft_forwards = 0

    def __init__(self, task: ReplayTask) -> None:
        self._index = LookupIndex(task.prompt)

    def hear(self, verified: Sequence[int]) -> None:
        """Append what was verified."""
        self._index.extend(verified)

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return one branch, or none."""
        draft = look_up(self._index, width)
        return (draft,) if draft else ()


def look_up(index: LookupIndex, width: int) -> tuple[int, ...]:
    """Return what tuned prompt lookup proposes behind the tokens of ``index``; empty if it finds nothing."""
    matched, end = index.find(LONGEST)
    tokens = index.tokens
    return tuple(tokens[end : min(end + width, len(tokens) - matched)]) if matched else ()


TUNED_PLD = Method("tuned_pld", TunedPld, WIDTH, WIDTH)
