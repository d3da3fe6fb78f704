"""A source that takes long is asked only as long as that pays."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from specedit_lsp.drafting.account import Account
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router

FORWARD = 1.0
"""Seconds of a forward of the target model."""


class Clock:
    """Stands still while nobody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Costly:
    """Proposes the same again and again, which takes its time."""

    name = "model"

    def __init__(self, clock: Clock, seconds: float, *tokens: int) -> None:
        self.asked = 0
        self._clock, self._seconds, self._tokens = clock, seconds, tokens

    def hear(self, verified: Sequence[int]) -> None:
        pass

    def propose(self, width: int) -> Sequence[Draft]:
        self.asked += 1
        self._clock.now += self._seconds
        return (Draft(self.name, self._tokens, 0),)


class Free(Costly):
    """The same at no cost."""

    name = "selection"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


def decode(router: Router, forwards: int, verified: Sequence[int]) -> None:
    for _ in range(forwards):
        router.choose(16)
        router.hear(verified)


def price(rows: int) -> float:
    return FORWARD


def test_one_that_saves_more_than_it_takes_is_always_asked(clock: Clock) -> None:
    source = Costly(clock, 1.5, 1, 2)
    decode(Router([source], price=price, accounts={"model": Account()}), 20, [1, 2, 3])
    assert source.asked == 20


@pytest.mark.parametrize(
    ("seconds", "verified"), [(2.5, [1, 2, 3]), (0.1, [9])], ids=["it takes too long", "it is always wrong"]
)
def test_one_that_does_not_is_given_up_and_tried_now_and_then(
    clock: Clock, seconds: float, verified: list[int]
) -> None:
    source = Costly(clock, seconds, 1, 2)
    router = Router([source], price=price, accounts={"model": Account()})
    decode(router, 20, verified)
    assert source.asked == 2
    decode(router, 20, verified)
    assert source.asked == 3


def test_what_others_know_as_well_saves_nothing(clock: Clock) -> None:
    source, free = Costly(clock, 0.5, 1, 2, 3), Free(clock, 0.0, 1, 2)
    decode(Router([free, source], 2, price=price, accounts={"model": Account()}), 10, [1, 2])
    assert (source.asked, free.asked) == (2, 10)


def test_the_account_outlives_an_edit(clock: Clock) -> None:
    account, source = Account(), Costly(clock, 2.5, 1)
    decode(Router([source], price=price, accounts={"model": account}), 2, [9])
    decode(Router([source], price=price, accounts={"model": account}), 2, [9])
    assert source.asked == 2


def test_without_a_price_it_is_always_asked(clock: Clock) -> None:
    source = Costly(clock, 99.0, 1)
    decode(Router([source], accounts={"model": Account()}), 5, [9])
    assert source.asked == 5
