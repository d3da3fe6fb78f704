"""Warm-ups that are asked for while the engine has no time for them: bounded, whoever asks."""

from __future__ import annotations

from specedit_lsp.worker.queue.warm_ups import MOST_CLIENTS, WarmRequests
from tests.worker.stepped_engine import order


def test_each_clients_newest_is_kept() -> None:
    requests = WarmRequests()
    for name in ("old", "new"):
        requests.put("one", order(name, 1))
    requests.put("two", order("other", 1))
    assert requests.take() == {"one": order("new", 1), "two": order("other", 1)}
    assert requests.take() == {}


def test_so_many_clients_are_remembered() -> None:
    requests = WarmRequests()
    for number in range(MOST_CLIENTS):
        requests.put(str(number), order("any", 1))
    requests.put("0", order("newer", 1))
    requests.put("late", order("any", 1))
    assert list(requests.take()) == [*map(str, range(2, MOST_CLIENTS)), "0", "late"]
