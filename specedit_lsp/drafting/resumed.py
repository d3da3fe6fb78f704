"""Draft source "resumed": what an earlier try of the same answer had written before it broke off."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.token_text import TokenText
from specedit_lsp.drafting.view import View
from specedit_lsp.drafting.view_bank import ViewBank

_LEFT = 16
"""New tokens after which the output is not what it was the first time."""
_TRUST = 8
"""Tokens that count as agreed before the first one: who sends a beginning has seen it come from here."""
_SEAM = 2
"""Tokens at the end that may be split otherwise, now that the text goes on behind them."""


class Resumed:
    """Proposes the rest of a beginning that is known, and follows it by alignment should it be wrong.

    It is no view of the bank: that the output follows it says nothing of how the selection is being changed.
    """

    name = "resumed"

    def __init__(self, bank: ViewBank) -> None:
        context = bank.context
        # Without what ends an answer: nothing says that the beginning is all of it.
        begun = TokenText(context.begun, context.codec.encode(context.begun), context.codec)
        self._view = View(self.name, begun, context, bank.transcript, run=_TRUST)
        self._is_over = False

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        if not self._is_over:
            self._view.hear(verified)
            column, novel = self._view.alignment.place
            self._is_over = novel >= _LEFT or column >= len(self._view.text.tokens) - _SEAM

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the beginning, from the likeliest places first."""
        return () if self._is_over else self._view.propose(width)
