"""What a forward costs: measured, interpolated, and bent upwards only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.decoding.cost_model import CostModel


def test_costs_lie_on_lines_between_what_was_measured_and_beyond() -> None:
    costs = CostModel([1, 11, 21], [1.0, 2.0, 4.0])
    assert costs(1) == 1.0
    assert costs(6) == 1.5
    assert costs(16) == 3.0
    assert costs(31) == 6.0


def test_a_step_is_bridged() -> None:
    # Rows 2 to 64 are free, the next cost as much as a forward: nobody should stop at 65.
    costs = CostModel([1, 64, 65, 128], [1.0, 1.0, 2.0, 2.0])
    assert costs(64) == 1.0
    assert costs(65) < 1.1
    assert costs(128) == 2.0


def test_one_measurement_is_what_every_forward_costs() -> None:
    assert CostModel([1], [3.0])(50) == 3.0


@given(
    st.lists(st.floats(0.001, 1.0), min_size=2, max_size=6),
    st.lists(st.tuples(st.integers(1, 300), st.floats(0.0001, 5.0)), max_size=20),
)
def test_costs_stay_positive_and_convex_whatever_is_heard(
    seconds: list[float], heard: list[tuple[int, float]]
) -> None:
    costs = CostModel([1 + 20 * index for index in range(len(seconds))], sorted(seconds))
    for rows, took in heard:
        costs.learn(rows, took)
    values = [costs(rows) for rows in range(1, 120)]
    assert min(values) > 0
    for left, middle, right in zip(values, values[1:], values[2:], strict=False):
        assert middle - left <= right - middle + 1e-9


def test_a_machine_that_slows_down_for_wide_forwards_is_noticed() -> None:
    costs = CostModel([1, 100], [1.0, 2.0])
    for _ in range(200):
        costs.learn(100, 4.0)
    assert 3.5 < costs(100) <= 4.1
    assert costs(1) == 1.0


def test_measuring_times_each_width_and_never_falls() -> None:
    asked: list[int] = []
    costs = CostModel.measure(asked.append, most=40)
    assert set(asked) == {1, 4, 8, 16, 32, 40}
    assert costs.seconds == sorted(costs.seconds)
