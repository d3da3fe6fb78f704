"""What the rewrites in one workspace have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from specedit_lsp.settings import ContextSettings


@dataclass(frozen=True, slots=True)
class Project:
    """A workspace as a rewrite sees it."""

    key: str = ""
    """What tells it from other workspaces, without naming it; empty where there is none."""
    rules: str = ""
    """What its own files say of how its code is to be written."""
    context: ContextSettings = field(default_factory=ContextSettings)
