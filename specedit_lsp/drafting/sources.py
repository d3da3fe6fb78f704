"""The draft sources by name."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import DraftSource, EditContext
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from specedit_lsp.drafting.selection_cursor import SelectionCursor


def build_sources(names: Sequence[str], context: EditContext) -> tuple[DraftSource, ...]:
    """Build the named sources for one edit, each once, in the order of ``names``.

    Raises:
        ValueError: a name that no source has; the message lists those that there are.
    """
    kinds = {kind.name: kind for kind in (SelectionCursor, PromptLookup)}
    unknown = [name for name in names if name not in kinds]
    if unknown:
        raise ValueError(f"unknown draft source {unknown[0]!r}; there are {', '.join(kinds)}")
    return tuple(kinds[name](context) for name in dict.fromkeys(names))
