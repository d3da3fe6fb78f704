"""What the service of a team counts. Every metric is defined here, once: dashboards may name no other.

Names and units follow Prometheus' conventions; an exporter may put its own prefix in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is counted."""

    name: str
    """Without the suffix ``_total`` that exporters add to counters."""
    kind: Literal["counter", "gauge", "histogram"]
    description: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets."""


class Meter(Protocol):
    """Where the figures go."""

    def record(self, metric: Metric, value: float, **labels: str) -> None:
        """Add to a counter, set a gauge, or observe a value of a histogram."""
        ...


SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

REWRITES = Metric(
    "specedit_rewrites",
    "counter",
    "Rewrites that ended: done, cancelled, or the reason of a failure.",
    labels=("outcome",),
)
REFUSALS = Metric("specedit_refusals", "counter", "Orders refused before they began.", labels=("reason",))
UNDER_WAY = Metric("specedit_rewrites_under_way", "gauge", "Rewrites that the model works on or that wait.")
QUEUED = Metric("specedit_queue_length", "gauge", "Rewrites that wait for the model.")
FORWARDS = Metric("specedit_forwards", "counter", "Runs of the target model for finished rewrites.")
OUTPUT_TOKENS = Metric("specedit_output_tokens", "counter", "Verified tokens of finished rewrites.")
PROMPT_TOKENS = Metric("specedit_prompt_tokens", "counter", "Prompt tokens of finished rewrites.")
REUSED_TOKENS = Metric(
    "specedit_reused_tokens", "counter", "Prompt tokens that were in the cache: what affinity saves."
)
PROPOSED = Metric("specedit_draft_tokens_proposed", "counter", "Draft tokens checked.", labels=("source",))
ACCEPTED = Metric("specedit_draft_tokens_accepted", "counter", "Draft tokens agreed.", labels=("source",))
DECODE_SECONDS = Metric(
    "specedit_decode_seconds",
    "histogram",
    "From the start of the prefill to the last token.",
    buckets=SECONDS,
)
FIRST_HUNK_SECONDS = Metric(
    "specedit_first_hunk_seconds",
    "histogram",
    "From the arrival of an order to its first verified text, waiting included.",
    buckets=SECONDS,
)

METRICS = (
    REWRITES,
    REFUSALS,
    UNDER_WAY,
    QUEUED,
    FORWARDS,
    OUTPUT_TOKENS,
    PROMPT_TOKENS,
    REUSED_TOKENS,
    PROPOSED,
    ACCEPTED,
    DECODE_SECONDS,
    FIRST_HUNK_SECONDS,
)
"""All of them."""
