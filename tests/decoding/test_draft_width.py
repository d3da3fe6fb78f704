"""Widths follow how drafts fare, within their bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.decoding.draft_width import DraftWidth


def test_it_doubles_while_drafts_are_right() -> None:
    width = DraftWidth(8, 50)
    seen = [width.current]
    for _ in range(4):
        width.learn(width.current, width.current)
        seen.append(width.current)
    assert seen == [8, 16, 32, 50, 50]


def test_a_wrong_draft_brings_it_back_to_twice_what_was_right() -> None:
    width = DraftWidth(8, 128)
    width.learn(100, 30)
    assert width.current == 60
    width.learn(60, 0)
    assert width.current == 8


@given(
    least=st.integers(0, 20),
    most=st.integers(1, 200),
    fares=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300))),
)
def test_it_stays_within_its_bounds(least: int, most: int, fares: list[tuple[int, int]]) -> None:
    width = DraftWidth(least, most)
    for proposed, accepted in fares:
        width.learn(proposed, min(accepted, proposed))
        assert min(least, most) <= width.current <= most
