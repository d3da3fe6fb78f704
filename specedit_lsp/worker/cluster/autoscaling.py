"""How many replicas there should be: as many as the rewrites need.

Serve's own policy counts open requests, and every editor keeps one open that only hears of the status.
"""

from __future__ import annotations

from typing import Any

REWRITES = "rewrites"
"""What each replica reports: its rewrites under way or waiting."""


def follow_rewrites(context: Any) -> tuple[float, dict[str, Any]]:
    """Return how many replicas the rewrites of the last while need, for Serve to bound and to delay.

    ``context`` is Ray's ``AutoscalingContext``; its ``target_ongoing_requests`` says how many rewrites one
    replica is meant to have.
    """
    reported = (context.aggregated_metrics or {}).get(REWRITES, {})
    return sum(reported.values()) / context.config.get_target_ongoing_requests(), {}
