"""A region whose document is changed by us and by others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.rewriting.tracked_region import TrackedRegion
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.text.spans import Span, trim_change


class Document:
    """A text and the region ``[like this]`` in it, without the brackets."""

    def __init__(self, marked: str) -> None:
        before, inside, _ = marked.replace("]", "[").split("[")
        self.text = marked.replace("[", "").replace("]", "")
        self.region = TrackedRegion(Span(len(before), len(before) + len(inside)), self.text)

    def change(self, start: int, end: int, text: str) -> None:
        change = trim_change(self.text, TextChange(start, end, text))
        self.text = apply_changes(self.text, [change])
        self.region.hear(change, self.text)

    @property
    def inside(self) -> str:
        return self.region.span.read(self.text)


def test_typing_elsewhere_moves_the_region() -> None:
    document = Document("ab[cd]ef")
    document.change(0, 0, "x\n")
    document.change(7, 7, "y")
    assert (document.inside, document.region.is_disturbed) == ("cd", False)


@pytest.mark.parametrize(
    ("start", "end", "text"), [(3, 3, "x"), (2, 2, "x"), (4, 4, "x"), (1, 3, ""), (3, 5, "")]
)
def test_typing_inside_or_at_an_edge_disturbs(start: int, end: int, text: str) -> None:
    document = Document("ab[cd]ef")
    document.change(start, end, text)
    assert document.region.is_disturbed


def test_the_echo_of_an_edit_may_come_in_pieces_between_others_typing() -> None:
    document = Document("ab[cd]ef")
    document.region.await_edit("CxD", document.text)
    document.change(3, 4, "D")
    document.change(0, 0, "above")
    document.change(7, 8, "Cx")
    assert document.region.text == document.inside == "CxD"
    assert not document.region.is_waiting
    assert not document.region.is_disturbed


def test_an_undo_after_the_echo_disturbs() -> None:
    document = Document("ab[cd]ef")
    document.region.await_edit("CD", document.text)
    document.change(2, 4, "CD")
    document.change(2, 4, "cd")
    assert document.region.is_disturbed


def test_typing_inside_while_an_edit_is_under_way_is_no_echo() -> None:
    document = Document("ab[cd]ef")
    document.region.await_edit("CD", document.text)
    document.change(3, 3, "typed")
    assert document.region.is_waiting
    document.region.stop_waiting()
    assert not document.region.reads_as_delivered(document.text)


def test_an_echo_told_as_a_change_of_the_equal_line_behind() -> None:
    """Whoever compares texts cannot know which of two equal lines is gone."""
    document = Document("[a\nb\n]b\nc\n")
    document.region.await_edit("a\n", document.text)
    document.change(4, 6, "")
    assert (document.text, document.inside) == ("a\nb\nc\n", "a\n")
    assert not document.region.is_waiting
    assert not document.region.is_disturbed


def test_a_whole_text_that_says_nothing_new_disturbs_nothing() -> None:
    document = Document("ab[cd]ef")
    document.change(0, 6, "abcdef")
    assert not document.region.is_disturbed


def test_an_edge_within_a_line_end_disturbs() -> None:
    document = Document("a[\nb]")
    document.change(0, 1, "\r")
    assert document.region.is_disturbed


@given(
    st.text("ab", min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.text("ab", max_size=3)), max_size=6),
)
def test_an_undisturbed_region_reads_as_ever(inside: str, typed: list[tuple[int, int, str]]) -> None:
    document = Document(f"aab[{inside}]baa")
    for start, size, text in typed:
        place = min(start, len(document.text))
        document.change(place, min(place + size, len(document.text)), text)
    if not document.region.is_disturbed:
        assert document.inside == inside
