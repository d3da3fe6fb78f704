"""Greedy acceptance: which part of a draft the target model would have written itself."""

from __future__ import annotations

from collections.abc import Sequence


def count_agreed(proposed: Sequence[int], chosen: Sequence[int]) -> int:
    """Return how many leading tokens of ``proposed`` equal those of ``chosen``.

    ``chosen[i]`` is the target model's argmax behind ``proposed[:i]``, so the first disagreement makes all
    that follows meaningless. This is the greedy case of speculative sampling (Leviathan et al., 2023).
    """
    for agreed, (guess, choice) in enumerate(zip(proposed, chosen, strict=False)):
        if guess != choice:
            return agreed
    return min(len(proposed), len(chosen))
