"""What follows what in the text at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specedit_lsp.drafting.common_table import LONGEST

_MOST_FOLLOWERS = 32
"""A context with more says nothing."""


class LocalTable:
    """Counts the lexemes behind each run of one to ``LONGEST`` lexemes."""

    def __init__(self) -> None:
        self._followers: dict[str, dict[str, int]] = {}

    def learn(self, lexemes: Sequence[str], start: int = 1) -> None:
        """Count the lexemes from ``start`` on behind those before them."""
        followers = self._followers
        for place in range(max(1, start), len(lexemes)):
            context = ""
            for before in range(place - 1, max(-1, place - 1 - LONGEST), -1):
                context = lexemes[before] + context
                counts = followers.setdefault(context, {})
                counts[lexemes[place]] = counts.get(lexemes[place], 0) + 1

    def find(self, context: str) -> Mapping[str, int]:
        """Return how often what followed a context, its lexemes joined; nothing if that is too much."""
        counts = self._followers.get(context, {})
        return counts if len(counts) <= _MOST_FOLLOWERS else {}
