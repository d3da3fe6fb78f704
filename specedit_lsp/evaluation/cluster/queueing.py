"""What queueing theory expects of editors at replicas.

Editors think, queue, are served, and think again: the machine repairman's model, M/M/c with a finite number
of customers (Kleinrock, Queueing Systems, volume 1, chapter 3). Service times here are nearly constant,
not exponential, which makes queues shorter than expected.
"""

from __future__ import annotations


def expect_throughput(editors: int, think_seconds: float, replicas: int, service_seconds: float) -> float:
    """Return the rewrites a second of so many editors; ``service_seconds`` are those of one rewrite alone."""
    weights = [1.0]
    for busy in range(editors):
        arrivals = (editors - busy) / think_seconds
        departures = min(busy + 1, replicas) / service_seconds
        weights.append(weights[-1] * arrivals / departures)
        # Only ratios count, and hundreds of editors would leave the range of numbers.
        if weights[-1] > 1e100:
            weights = [weight / weights[-1] for weight in weights]
    total = sum(weights)
    return sum(
        weight / total * min(waiting, replicas) / service_seconds for waiting, weight in enumerate(weights)
    )


def expect_seconds(editors: int, think_seconds: float, replicas: int, service_seconds: float) -> float:
    """Return the mean time from asking to the end, by Little's law."""
    rate = expect_throughput(editors, think_seconds, replicas, service_seconds)
    return editors / rate - think_seconds


def count_editors(replicas: int, think_seconds: float, service_seconds: float, slowdown: float) -> int:
    """Return how many editors there may be until a rewrite takes ``slowdown`` times as long as alone."""
    most = slowdown * service_seconds
    low, high = replicas, 2 * replicas
    while expect_seconds(high, think_seconds, replicas, service_seconds) <= most:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if expect_seconds(middle, think_seconds, replicas, service_seconds) <= most:
            low = middle
        else:
            high = middle
    return low
