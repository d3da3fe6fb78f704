"""Following a stretch of text through changes of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.spans import Bearing, Span, splits_line_end, trim_change

TEXTS = st.text("ab\r\n🙂", max_size=12)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, TextChange]:
    text = draw(TEXTS)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return text, TextChange(start, end, draw(TEXTS))


@pytest.mark.parametrize(
    ("change", "bearing"),
    [
        (TextChange(2, 2, "x"), Bearing.BEFORE),
        (TextChange(1, 3, "x"), Bearing.BEFORE),  # up to the edge: the line above, deleted
        (TextChange(3, 3, "x"), Bearing.WITHIN),  # at the edge: whose is it?
        (TextChange(1, 4, ""), Bearing.WITHIN),
        (TextChange(4, 5, ""), Bearing.WITHIN),
        (TextChange(0, 9, ""), Bearing.WITHIN),
        (TextChange(6, 6, "x"), Bearing.WITHIN),
        (TextChange(6, 8, "x"), Bearing.BEHIND),
        (TextChange(7, 7, "x"), Bearing.BEHIND),
    ],
)
def test_where_a_change_lies(change: TextChange, bearing: Bearing) -> None:
    assert Span(3, 6).bearing_of(change) is bearing


@given(changes(), st.data())
def test_a_change_elsewhere_leaves_what_the_span_holds(
    changed: tuple[str, TextChange], data: st.DataObject
) -> None:
    text, change = changed
    span = Span(*sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2))))
    after = apply_changes(text, [change])
    followed = span.follow(change)
    if span.bearing_of(change) is Bearing.WITHIN:
        # What is outside is then what was outside, less what the change took.
        assert after[: followed.start] == text[: min(span.start, change.start)]
        assert after[followed.end :] == text[max(span.end, change.end) :]
    else:
        assert followed.read(after) == span.read(text)


@given(changes())
def test_a_trimmed_change_does_the_same_and_nothing_by_itself(changed: tuple[str, TextChange]) -> None:
    text, change = changed
    trimmed = trim_change(text, change)
    assert apply_changes(text, [trimmed]) == apply_changes(text, [change])
    old = text[trimmed.start : trimmed.end]
    assert not (old and trimmed.text) or (old[0] != trimmed.text[0] and old[-1] != trimmed.text[-1])


@pytest.mark.parametrize(("offset", "splits"), [(0, False), (1, False), (2, True), (3, False), (4, False)])
def test_places_within_a_line_end(offset: int, splits: bool) -> None:
    assert splits_line_end("a\r\n\r", offset) is splits


@given(st.tuples(*[st.integers(0, 5)] * 4))
def test_spans_touch_unless_something_is_between(edges: tuple[int, int, int, int]) -> None:
    one, other = Span(*sorted(edges[:2])), Span(*sorted(edges[2:]))
    assert one.touches(other) == other.touches(one)
    assert one.touches(other) is not (one.end < other.start or other.end < one.start)
