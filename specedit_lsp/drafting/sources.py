"""The draft sources by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from specedit_lsp.drafting.branch import Price
from specedit_lsp.drafting.code_rules import CodeRules
from specedit_lsp.drafting.common_code import CommonCode
from specedit_lsp.drafting.draft import DraftSource, EditContext
from specedit_lsp.drafting.draft_model import DraftModel, ModelDrafts
from specedit_lsp.drafting.indented_views import IndentedViews
from specedit_lsp.drafting.induced_views import InducedViews
from specedit_lsp.drafting.likely import Likely
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from specedit_lsp.drafting.resumed import Resumed
from specedit_lsp.drafting.rewrite_views import RewriteViews
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.selection import Selection
from specedit_lsp.drafting.session_memory import MemoryViews, WorkspaceMemory
from specedit_lsp.drafting.view_bank import ViewBank


@dataclass(frozen=True, slots=True)
class Helpers:
    """What sources may use that outlives one edit."""

    memory: WorkspaceMemory = field(default_factory=WorkspaceMemory)
    draft_model: DraftModel | None = None


BUILDERS: dict[str, Callable[[ViewBank, Helpers], DraftSource | None]] = {
    "resumed": lambda bank, helpers: Resumed(bank) if bank.context.begun else None,
    "rewrite": lambda bank, helpers: RewriteViews(bank),
    "likely": lambda bank, helpers: Likely(bank) if bank.context.likely else None,
    "selection": lambda bank, helpers: Selection(bank),
    "induced": lambda bank, helpers: InducedViews(bank),
    "indented": lambda bank, helpers: IndentedViews(bank),
    "memory": lambda bank, helpers: MemoryViews(bank, helpers.memory),
    "lookup": lambda bank, helpers: PromptLookup(bank.context.prompt),
    "rules": lambda bank, helpers: CodeRules(bank),
    "common": lambda bank, helpers: CommonCode(bank),
    "model": lambda bank, helpers: ModelDrafts(bank, helpers.draft_model) if helpers.draft_model else None,
}
"""What builds each source for one edit, the most trusted first; None where it has nothing to work with."""


def build_router(
    names: Sequence[str],
    context: EditContext,
    branches: int = 1,
    price: Price | None = None,
    helpers: Helpers | None = None,
) -> Router:
    """Return the router over the named sources for one edit, each built once.

    Raises:
        ValueError: a name that no source has; the message lists those that there are.
    """
    unknown = [name for name in names if name not in BUILDERS]
    if unknown:
        raise ValueError(f"unknown draft source {unknown[0]!r}; there are {', '.join(BUILDERS)}")
    bank = ViewBank(context)
    helpers = helpers or Helpers()
    built = [build(bank, helpers) for name, build in BUILDERS.items() if name in names]
    accounts = {ModelDrafts.name: helpers.draft_model.account} if helpers.draft_model else {}
    return Router([source for source in built if source], branches, (bank,), price, accounts)
