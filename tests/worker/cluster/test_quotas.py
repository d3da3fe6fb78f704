"""How much each user has had."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from specedit_lsp.worker.cluster.quotas import LEASE_SECONDS, QuotaLedger, Refusal
from specedit_lsp.worker.cluster.users import Quota, User

ANNA = User("anna", Quota(rewrites_per_minute=3, concurrent=2))
BEN = User("ben", Quota(rewrites_per_minute=3, concurrent=2))


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def use_up(ledger: QuotaLedger, user: User) -> None:
    for number in range(user.quota.rewrites_per_minute):
        assert ledger.begin(user, f"{user.name} {number}") is None
        ledger.end(user, f"{user.name} {number}")


def test_a_minute_holds_so_many_and_says_when_the_next_may_come(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    use_up(ledger, ANNA)
    refusal = ledger.begin(ANNA, "one more")
    assert isinstance(refusal, Refusal)
    assert refusal.retry_after == pytest.approx(20)
    assert "3 rewrites in a minute" in refusal.message
    clock.now += refusal.retry_after - 0.1
    assert ledger.begin(ANNA, "too early")
    clock.now += 0.2
    assert ledger.begin(ANNA, "in time") is None
    assert ledger.begin(ANNA, "and another")


def test_a_long_rest_saves_up_no_more_than_a_minute(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    use_up(ledger, ANNA)
    clock.now += 86_400
    use_up(ledger, ANNA)
    assert ledger.begin(ANNA, "one more")


def test_so_many_at_a_time(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    assert ledger.begin(ANNA, "1") is None
    assert ledger.begin(ANNA, "2") is None
    refusal = ledger.begin(ANNA, "3")
    assert isinstance(refusal, Refusal)
    assert "2 rewrites under way" in refusal.message
    ledger.end(ANNA, "1")
    assert ledger.begin(ANNA, "3") is None


def test_users_do_not_pay_for_each_other(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    use_up(ledger, ANNA)
    assert ledger.begin(BEN, "1") is None


def test_rewrites_of_a_dead_replica_lapse_and_renewed_ones_do_not(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    assert ledger.begin(ANNA, "of the dead") is None
    assert ledger.begin(ANNA, "of the living") is None
    clock.now += LEASE_SECONDS - 1
    ledger.renew({"of the living": "anna"})
    clock.now += 2
    assert ledger.begin(ANNA, "one") is None
    assert ledger.begin(ANNA, "two")


def test_a_new_ledger_learns_what_goes_on(clock: Clock) -> None:
    ledger = QuotaLedger(clock)
    ledger.renew({"1": "anna", "2": "anna"})
    assert ledger.begin(ANNA, "3")
    ledger.end(ANNA, "1")
    assert ledger.begin(ANNA, "3") is None


def test_the_end_of_what_never_began_is_nothing(clock: Clock) -> None:
    QuotaLedger(clock).end(ANNA, "never")
