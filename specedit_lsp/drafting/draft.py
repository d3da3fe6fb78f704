"""The seam between the decoding loop and whoever proposes tokens for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EditContext:
    """All that a source may know of an edit before its first token. The answer is not in it."""

    prompt: tuple[int, ...]
    """Token ids the target model reads."""
    selection: tuple[int, ...]
    """Token ids of the selection, as the target model would write it unchanged."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens a source expects the target model to emit next."""

    source: str
    """Who proposed them: shown in traces, counted by the router."""
    tokens: tuple[int, ...]
    """Ids in the target model's vocabulary."""
    evidence: int
    """Verified tokens that the source matched to arrive here."""


class DraftSource(Protocol):
    """Built for one edit from an :class:`EditContext`; hears what was verified; proposes what comes next."""

    @property
    def name(self) -> str:
        """What traces and settings call this source."""
        ...

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        ...

    def propose(self, width: int) -> Sequence[Draft]:
        """Return drafts of at most ``width`` tokens, best first; empty when there is nothing to say."""
        ...
