"""How the learning rate and the longest example follow the share of the time budget that has passed."""

from __future__ import annotations

from specedit_lsp.training.plan import Plan

GROW_FROM, GROW_UNTIL = 0.10, 0.58
DECAY_FROM = 0.65
WARM_UP_STEPS = 60


def rate_factor(plan: Plan, progress: float, step: int) -> float:
    """Warm-up, constant, then linear to zero at the end; it decays only once the length is final.

    Where the length never grows, as for a model that has learned already, it decays from the beginning.
    """
    warm_up = min(1.0, (step + 1) / WARM_UP_STEPS)
    constant_until = DECAY_FROM if plan.shortest < plan.longest else 0.0
    return warm_up * min(1.0, max(0.0, (1.0 - progress) / (1.0 - constant_until)))


def longest_example(plan: Plan, progress: float) -> int:
    """Tokens of the longest sequence: short until copying is learned, then growing; a multiple of 32."""
    share = min(1.0, max(0.0, (progress - GROW_FROM) / (GROW_UNTIL - GROW_FROM)))
    return int(plan.shortest + (plan.longest - plan.shortest) * share**1.3) // 32 * 32
