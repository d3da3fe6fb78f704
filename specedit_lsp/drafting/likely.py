"""Draft source "likely": what the editor's own tools would make of the selection, such as a rename."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.token_text import TokenText
from specedit_lsp.drafting.view import View
from specedit_lsp.drafting.view_bank import ViewBank


class Likely:
    """Proposes the rest of a text that a client sent along, as long as nothing explains the output better.

    It is no view of the bank: what a client says must not change what the other sources make of the output.
    """

    name = "likely"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        text = TokenText.write(bank.context.likely, bank.context)
        self._view = View(self.name, text, bank.context, bank.transcript)
        self._was_behind = False

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        self._view.hear(verified)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the text from where the output has got to."""
        lead = self._view.alignment.run - max(view.alignment.run for view in self._bank.views)
        self._was_behind |= lead < 0
        # Once another text was right where this one was wrong, it must have shown the reverse.
        return () if self._was_behind and lead <= 0 else self._view.propose(width, 1)
