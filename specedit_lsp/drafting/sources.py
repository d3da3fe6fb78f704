"""The draft sources by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specedit_lsp.drafting.code_rules import CodeRules
from specedit_lsp.drafting.common_code import CommonCode
from specedit_lsp.drafting.draft import DraftSource, EditContext
from specedit_lsp.drafting.indented_views import IndentedViews
from specedit_lsp.drafting.induced_views import InducedViews
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from specedit_lsp.drafting.rewrite_views import RewriteViews
from specedit_lsp.drafting.router import Price, Router
from specedit_lsp.drafting.selection import Selection
from specedit_lsp.drafting.view_bank import ViewBank

BUILDERS: dict[str, Callable[[ViewBank], DraftSource]] = {
    "rewrite": RewriteViews,
    "selection": Selection,
    "induced": InducedViews,
    "indented": IndentedViews,
    "lookup": lambda bank: PromptLookup(bank.context),
    "rules": CodeRules,
    "common": CommonCode,
}
"""What builds each source for one edit, the most trusted first."""


def build_router(
    names: Sequence[str], context: EditContext, branches: int = 1, price: Price | None = None
) -> Router:
    """Return the router over the named sources for one edit, each built once.

    Raises:
        ValueError: a name that no source has; the message lists those that there are.
    """
    unknown = [name for name in names if name not in BUILDERS]
    if unknown:
        raise ValueError(f"unknown draft source {unknown[0]!r}; there are {', '.join(BUILDERS)}")
    bank = ViewBank(context)
    sources = [build(bank) for name, build in BUILDERS.items() if name in names]
    return Router(sources, branches, listeners=(bank,), price=price)
