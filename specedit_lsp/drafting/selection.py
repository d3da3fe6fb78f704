"""Draft source "selection": the selection itself, from where the output has got to (speculative edits)."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.view_bank import ViewBank


class Selection:
    """Proposes the rest of the selection; after a mismatch, from where the output seems to go on."""

    name = "selection"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank

    def hear(self, verified: Sequence[int]) -> None:
        """The bank has heard already."""

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the selection, from the likeliest places first."""
        return self._bank.selection.propose(width)
