"""What queueing theory expects of editors at replicas."""

from __future__ import annotations

import pytest

from specedit_lsp.evaluation.cluster.queueing import count_editors, expect_seconds, expect_throughput


@pytest.mark.parametrize("replicas", [1, 2, 4])
def test_one_editor_never_waits(replicas: int) -> None:
    assert expect_throughput(1, 6.0, replicas, 0.5) == pytest.approx(1 / 6.5)
    assert expect_seconds(1, 6.0, replicas, 0.5) == pytest.approx(0.5)


def test_two_editors_at_one_replica() -> None:
    # Nobody, one or both at the replica: 1 : 2r : 2r^2 with r = service / thinking.
    ratio = 0.25
    busy = (2 * ratio + 2 * ratio**2) / (1 + 2 * ratio + 2 * ratio**2)
    assert expect_throughput(2, 4.0, 1, 1.0) == pytest.approx(busy)


@pytest.mark.parametrize("replicas", [1, 2, 4])
def test_many_editors_keep_all_replicas_busy(replicas: int) -> None:
    assert expect_throughput(2000, 6.0, replicas, 0.5) == pytest.approx(replicas / 0.5)


def test_as_many_replicas_as_editors_are_enough() -> None:
    assert expect_seconds(4, 6.0, 4, 0.5) == pytest.approx(0.5)
    assert expect_seconds(4, 6.0, 3, 0.5) > 0.5


@pytest.mark.parametrize("replicas", [1, 4, 16])
def test_editors_are_counted_up_to_the_slowdown(replicas: int) -> None:
    editors = count_editors(replicas, 60.0, 0.25, 2.0)
    assert expect_seconds(editors, 60.0, replicas, 0.25) <= 0.5
    assert expect_seconds(editors + 1, 60.0, replicas, 0.25) > 0.5
