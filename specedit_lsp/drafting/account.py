"""Whether a source that takes long to ask is worth its time."""

from __future__ import annotations

_TRIALS = 2
"""Times that it is asked in any case."""
_PATIENCE = 32
"""Forwards without it after which it is asked again: another edit may suit it better."""
_FORGET = 0.9


class Account:
    """Counts the seconds that asking took and those that it saved. It outlives an edit."""

    def __init__(self) -> None:
        self._asked = 0
        self._passed_over = 0
        self._balance = 0.0
        """Seconds saved less those spent; what is long ago counts less."""

    def is_worth_asking(self) -> bool:
        """Whether to ask for the next forward."""
        if self._asked < _TRIALS or self._balance >= 0:
            return True
        self._passed_over += 1
        if self._passed_over < _PATIENCE:
            return False
        self._passed_over = 0
        return True

    def enter(self, spent: float, saved: float) -> None:
        """Count one answer, in seconds."""
        self._asked += 1
        self._balance = _FORGET * self._balance + saved - spent
