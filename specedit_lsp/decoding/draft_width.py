"""How many draft tokens the next forward checks."""

from __future__ import annotations


class DraftWidth:
    """Grows while drafts are right and shrinks to twice what was accepted when one is not.

    Rows of a forward are not free: on a CPU each one costs. A draft that copies on and on reaches the full
    width after a few forwards; where every other token is new, hardly more is checked than comes true.
    """

    def __init__(self, least: int, most: int) -> None:
        """``least`` is the number of tokens that a forward checks for next to nothing on this device."""
        self._least = min(least, most)
        self._most = most
        self._current = self._least

    @property
    def current(self) -> int:
        """Most draft tokens for the next forward."""
        return self._current

    def learn(self, proposed: int, accepted: int) -> None:
        """Take in how a draft fared."""
        wanted = 2 * (self._current if accepted == proposed else accepted)
        self._current = max(self._least, min(wanted, self._most))
