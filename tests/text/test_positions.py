"""Positions and offsets agree with a slow, obvious reading of the protocol in every encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import (
    Encoding,
    Position,
    PositionOutOfBounds,
    Range,
    measure,
    offset_at,
    offsets_of,
    position_at,
)

texts = st.text(st.sampled_from("ab\t\n\r\f\u2028éß€😀𝒳\ud800\udc00"), max_size=30)
encodings = st.sampled_from(Encoding)


def count_units(character: str, encoding: Encoding) -> int:
    code = ord(character)
    if encoding is Encoding.UTF8:
        return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
    if encoding is Encoding.UTF16:
        return 1 + (code > 0xFFFF)
    return 1


def walk(text: str, encoding: Encoding) -> list[Position]:
    """The position of each offset, one character at a time."""
    positions, line, units = [], 0, 0
    for index, character in enumerate(text):
        positions.append(Position(line, units))
        ends_pair = character == "\r" and text[index + 1 : index + 2] == "\n"
        if character in "\r\n" and not ends_pair:
            line, units = line + 1, 0
        elif not ends_pair:
            units += count_units(character, encoding)
    return [*positions, Position(line, units)]


@given(texts, encodings)
def test_positions_are_those_of_the_naive_walk(text: str, encoding: Encoding) -> None:
    lines = Lines(text)
    assert [position_at(lines, offset, encoding) for offset in range(len(text) + 1)] == walk(text, encoding)


@given(texts, encodings)
def test_offsets_come_back(text: str, encoding: Encoding) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        inside_pair = text[max(offset - 1, 0) : offset + 1] == "\r\n"
        expected = offset - 1 if inside_pair else offset
        assert offset_at(lines, position_at(lines, offset, encoding), encoding) == expected


@given(texts, encodings, st.integers(0, 6), st.integers(0, 40))
def test_any_character_goes_down_to_the_last_place_it_has_reached(
    text: str, encoding: Encoding, line: int, character: int
) -> None:
    lines = Lines(text)
    asked = Position(line % lines.count, character)
    places = walk(text, encoding)
    reached = max(place for place in places if place.line == asked.line and place <= asked)
    assert offset_at(lines, asked, encoding) == places.index(reached)


@given(texts, encodings)
def test_measure_adds_up(text: str, encoding: Encoding) -> None:
    assert measure(text, encoding) == sum(count_units(character, encoding) for character in text)


@pytest.mark.parametrize(
    ("encoding", "character", "offset"),
    [("utf-16", 1, 0), ("utf-16", 2, 1), ("utf-8", 3, 0), ("utf-8", 4, 1), ("utf-32", 1, 1)],
)
def test_middle_of_an_emoji_is_its_start(encoding: str, character: int, offset: int) -> None:
    assert offset_at(Lines("😀x"), Position(0, character), Encoding(encoding)) == offset


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_far_right_is_in_front_of_the_line_end(end: str) -> None:
    assert offset_at(Lines(f"ab{end}cd"), Position(0, 1_000_000), Encoding.UTF16) == 2
    assert offset_at(Lines(f"ab{end}cd"), Position(1, 1_000_000), Encoding.UTF16) == 4 + len(end)


def test_the_line_after_a_final_line_end_has_a_position() -> None:
    lines = Lines("ab\n")
    assert offset_at(lines, Position(1, 0), Encoding.UTF16) == 3
    assert position_at(lines, 3, Encoding.UTF16) == Position(1, 0)
    assert offset_at(Lines(""), Position(0, 5), Encoding.UTF16) == 0


def test_lines_that_do_not_exist_are_named() -> None:
    with pytest.raises(PositionOutOfBounds, match="line 2 of a document of 2 lines"):
        offset_at(Lines("ab\n"), Position(2, 0), Encoding.UTF16)
    with pytest.raises(PositionOutOfBounds, match="line -1"):
        offset_at(Lines("ab\n"), Position(-1, 0), Encoding.UTF16)
    with pytest.raises(PositionOutOfBounds, match="character -1 in line 0"):
        offset_at(Lines("ab\n"), Position(0, -1), Encoding.UTF16)


def test_ranges_run_forwards() -> None:
    span = Range(Position(0, 1), Position(1, 1))
    assert offsets_of(Lines("ab\ncd"), span, Encoding.UTF8) == (1, 4)
    with pytest.raises(ValueError, match="before its start"):
        Range(Position(1, 0), Position(0, 9))
