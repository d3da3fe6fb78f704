"""The documents that the bench has rewritten."""

from __future__ import annotations

import random
from dataclasses import dataclass

from specedit_lsp.evaluation.quality_set import QualityEdit, read_quality_set

ABOVE = "# what stands above: é 漢字 😀\n"
BELOW = "# what stands below: é 漢字 😀\n"
BANDS = ("1-5", "6-20")
"""Lengths of selections, in lines, by turns: an answer that is soon over, and one that is easily hit."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document with a selection of whole lines, and what should become of that."""

    name: str
    language: str
    instruction: str
    selection: str

    @property
    def document(self) -> str:
        """The whole text before the rewrite."""
        return f"{ABOVE}{self.selection}{BELOW}"

    @property
    def lines(self) -> tuple[int, int]:
        """The first line of the selection, and the one behind its last."""
        return 1, 1 + self.selection.count("\n")


def choose_cases(count: int, seed: int) -> list[Case]:
    """Return ``count`` different edits, the same for the same seed."""
    dice = random.Random(seed)
    edits = read_quality_set()
    by_band = [dice.sample([edit for edit in edits if edit.band == band], count) for band in BANDS]
    return [_make_case(by_band[number % len(BANDS)][number]) for number in range(count)]


def _make_case(edit: QualityEdit) -> Case:
    return Case(edit.id, edit.language, edit.instruction, edit.before.rstrip("\n") + "\n")
