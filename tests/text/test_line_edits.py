"""Changes apply, are taken back, carry offsets along, and land where the document has them."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.text.line_edits import (
    ChangesOutOfOrder,
    TextChange,
    apply_changes,
    check_changes,
    invert_changes,
    locate_change,
    shift_offset,
)
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, Range, offset_at, offsets_of, position_at

characters = st.sampled_from("ab\n\ré😀")


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[TextChange]]:
    base = draw(st.text(characters, max_size=20))
    bounds = sorted(draw(st.lists(st.integers(0, len(base)), max_size=8).filter(lambda b: len(b) % 2 == 0)))
    new = st.text(characters, max_size=4)
    return base, [TextChange(a, b, draw(new)) for a, b in zip(bounds[::2], bounds[1::2], strict=True)]


@given(edited_texts())
def test_changes_put_text_in_its_place(edited: tuple[str, list[TextChange]]) -> None:
    base, changes = edited
    expected = base
    for change in reversed(changes):
        expected = expected[: change.start] + change.text + expected[change.end :]
    assert apply_changes(base, changes) == expected


@given(edited_texts())
def test_inverted_changes_take_back(edited: tuple[str, list[TextChange]]) -> None:
    base, changes = edited
    assert apply_changes(apply_changes(base, changes), invert_changes(base, changes)) == base


def test_insertions_at_one_place_keep_their_order() -> None:
    assert (
        apply_changes("ab", [TextChange(1, 1, "x"), TextChange(1, 1, "y"), TextChange(1, 2, "z")]) == "axyz"
    )


@pytest.mark.parametrize(
    "changes",
    [
        [TextChange(0, 2, ""), TextChange(1, 3, "")],
        [TextChange(2, 3, ""), TextChange(0, 1, "")],
        [TextChange(2, 1, "")],
        [TextChange(-1, 1, "")],
        [TextChange(2, 5, "")],
    ],
)
def test_changes_that_cannot_be_meant_are_refused(changes: list[TextChange]) -> None:
    for refuse in (apply_changes, invert_changes, check_changes):
        with pytest.raises(ChangesOutOfOrder, match=f"change {len(changes) - 1} replaces"):
            refuse("abcd", changes)


@given(edited_texts())
def test_untouched_characters_are_where_their_offset_went(edited: tuple[str, list[TextChange]]) -> None:
    base, changes = edited
    result = apply_changes(base, changes)
    for offset, character in enumerate(base):
        if not any(change.start <= offset < change.end for change in changes):
            assert result[shift_offset(offset, changes, "right")] == character


@given(edited_texts(), st.sampled_from(["left", "right"]))
def test_offsets_stay_in_order(edited: tuple[str, list[TextChange]], bias: Literal["left", "right"]) -> None:
    base, changes = edited
    shifted = [shift_offset(offset, changes, bias) for offset in range(len(base) + 1)]
    assert shifted == sorted(shifted)
    assert all(0 <= offset <= len(apply_changes(base, changes)) for offset in shifted)


@pytest.mark.parametrize(
    ("offset", "left", "right"),
    [(0, 0, 0), (1, 1, 3), (2, 4, 4), (3, 4, 5), (4, 5, 5), (5, 6, 6)],
)
def test_bias_decides_at_insertions_and_inside_replacements(offset: int, left: int, right: int) -> None:
    changes = [TextChange(1, 1, "XY"), TextChange(2, 4, "Z")]
    assert shift_offset(offset, changes, "left") == left
    assert shift_offset(offset, changes, "right") == right


@given(edited_texts(), st.text(st.sampled_from("ab\né😀"), max_size=8), st.sampled_from(Encoding))
def test_a_change_of_a_region_is_found_in_its_document(
    edited: tuple[str, list[TextChange]], before: str, encoding: Encoding
) -> None:
    region, changes = edited
    document = Lines(before + region)
    start = position_at(document, len(before), encoding)
    if offset_at(document, start, encoding) != len(before):
        return
    for change in changes:
        located = locate_change(change, Lines(region), start, encoding)
        places = (position_at(Lines(region), offset, Encoding.UTF32) for offset in (change.start, change.end))
        inner = [offset_at(Lines(region), place, Encoding.UTF32) for place in places]
        assert offsets_of(document, located, encoding) == (len(before) + inner[0], len(before) + inner[1])


def test_only_the_first_line_is_shifted_to_the_right() -> None:
    located = locate_change(TextChange(1, 4, ""), Lines("😀a\nb"), Position(7, 10), Encoding.UTF16)
    assert located == Range(Position(7, 12), Position(8, 1))
