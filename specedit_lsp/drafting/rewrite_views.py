"""Draft source "rewrite": the selection with the replacements that the instruction asks for (VANTAGE)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.instruction_rewrites import read_rewrites
from specedit_lsp.drafting.names import IDENTIFIER, list_variants
from specedit_lsp.drafting.view_bank import ViewBank
from specedit_lsp.drafting.wrapping import read_unwrappings, read_wrappings

_MOST = 6
"""Views, the instruction's own reading first."""


class RewriteViews:
    """Proposes the rest of the selection as the instruction seems to want it, read in several ways."""

    name = "rewrite"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        texts = (text for text in list_texts(bank.context) if text != bank.context.text)
        for text in islice(dict.fromkeys(texts), _MOST):
            bank.add(self.name, text)

    def hear(self, verified: Sequence[int]) -> None:
        """The bank has heard already."""

    def propose(self, width: int) -> Sequence[Draft]:
        """Return what remains of each view, those that the output followed best first."""
        return [draft for view in self._bank.list_views(self.name) for draft in view.propose(width, 2)]


def list_texts(context: EditContext) -> Iterator[str]:
    """Yield the selection as the instruction's readings and their relatives would have it."""
    text, language = context.text, context.language
    readings = read_rewrites(context.instruction, text)
    for reading in readings:
        yield reading.apply(text, language)
    yield from read_wrappings(context.instruction, text, language)
    yield from read_unwrappings(context.instruction, text)
    for reading in readings[:1]:
        related = dict(reading.pairs)
        for old, new in reading.pairs.items():
            if IDENTIFIER.fullmatch(old) and IDENTIFIER.fullmatch(new):
                related = {**list_variants(old, new), **related}
        if len(related) > len(reading.pairs):
            yield replace(reading, pairs=related).apply(text, language)
        if len(reading.pairs) > 1:
            for old, new in reading.pairs.items():
                yield replace(reading, pairs={old: new}).apply(text, language)
