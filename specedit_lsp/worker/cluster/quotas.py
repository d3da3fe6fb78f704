"""How much each user has used, counted in one place for all replicas."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from specedit_lsp.worker.cluster.users import Quota, User

LEASE_SECONDS = 15.0
"""A rewrite whose replica has not been heard of for so long is over: the replica died."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A user has had his share for now."""

    message: str
    retry_after: float
    """Seconds."""


@dataclass(slots=True)
class _Account:
    """A token bucket (as in RFC 2697), and the rewrites under way with the time at which they lapse."""

    tokens: float
    filled_at: float
    leases: dict[str, float] = field(default_factory=dict)


class QuotaLedger:
    """Counts rewrites by user. Used from one thread; a Ray actor makes it one for all replicas.

    Nothing is written down: a ledger that starts anew gives everybody a fresh minute, and hears of rewrites
    under way when their replicas renew their leases.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[str, _Account] = {}

    def begin(self, user: User, lease: str) -> Refusal | None:
        """Count a rewrite of ``user`` as begun, under a name of its own, or say why not."""
        now = self._clock()
        account = self._account(user, now)
        if len(account.leases) >= user.quota.concurrent:
            return Refusal(
                f"You have {len(account.leases)} rewrites under way, which is your share. "
                "Wait for one of them.",
                retry_after=1.0,
            )
        if account.tokens < 1:
            wait = (1 - account.tokens) * 60 / user.quota.rewrites_per_minute
            return Refusal(
                f"You have had {user.quota.rewrites_per_minute} rewrites in a minute, which is your share. "
                f"The next may begin in {wait:.0f} seconds.",
                retry_after=wait,
            )
        account.tokens -= 1
        account.leases[lease] = now + LEASE_SECONDS
        return None

    def renew(self, leases: Mapping[str, str]) -> None:
        """These rewrites go on: the name of each, and of its user."""
        now = self._clock()
        for lease, name in leases.items():
            account = self._accounts.setdefault(name, _Account(float("inf"), now))
            account.leases[lease] = now + LEASE_SECONDS

    def end(self, user: User, lease: str) -> None:
        """A rewrite is over, however it ended."""
        if account := self._accounts.get(user.name):
            account.leases.pop(lease, None)

    def _account(self, user: User, now: float) -> _Account:
        account = self._accounts.setdefault(user.name, _Account(float("inf"), now))
        account.tokens = _refill(account, user.quota, now)
        account.filled_at = now
        account.leases = {lease: until for lease, until in account.leases.items() if until > now}
        return account


def _refill(account: _Account, quota: Quota, now: float) -> float:
    grown = account.tokens + (now - account.filled_at) * quota.rewrites_per_minute / 60
    return min(grown, float(quota.rewrites_per_minute))
