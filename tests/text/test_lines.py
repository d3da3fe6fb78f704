"""Lines end where the protocol says, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.text.lines import (
    Lines,
    dominant_line_end,
    line_end,
    normalise_line_ends,
    split_lines,
    strip_line_end,
)

texts = st.text(st.sampled_from("ab\t\n\r\f\v\x1c\x85\u2028\u2029é😀\ud800"), max_size=30)


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_only_newlines_and_returns_end_a_line(separator: str) -> None:
    assert split_lines(f"a{separator}b\nc") == [f"a{separator}b\n", "c"]
    assert Lines(f"a{separator}b\nc").count == 2


def test_each_line_end_is_one_end() -> None:
    assert split_lines("a\nb\r\nc\r\r\n\n") == ["a\n", "b\r\n", "c\r", "\r\n", "\n"]


def test_no_piece_is_empty() -> None:
    assert split_lines("") == []
    assert split_lines("a\n") == ["a\n"]


@given(texts)
def test_split_lines_are_the_text(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(lines)
    assert all(line_end(line) for line in lines[:-1])


@given(texts)
def test_content_and_end_are_the_line(text: str) -> None:
    for line in split_lines(text):
        assert strip_line_end(line) + line_end(line) == line
        assert not set(strip_line_end(line)) & set("\r\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "\n"),
        ("no end", "\n"),
        ("a\r\nb\r\nc\n", "\r\n"),
        ("a\rb\rc\n", "\r"),
        ("a\r\nb\n", "\n"),
        ("a\n\n\r\n", "\n"),
    ],
)
def test_dominant_line_end(text: str, expected: str) -> None:
    assert dominant_line_end(text) == expected


def test_default_decides_without_line_ends_and_in_ties() -> None:
    assert dominant_line_end("a", default="\r\n") == "\r\n"
    assert dominant_line_end("a\r\nb\n", default="\r\n") == "\r\n"
    assert dominant_line_end("a\nb\n\r\n", default="\r\n") == "\n"


@given(texts)
def test_normalised_text_has_the_same_lines(text: str) -> None:
    normal = normalise_line_ends(text)
    assert "\r" not in normal
    assert [strip_line_end(line) for line in split_lines(normal)] == [
        strip_line_end(line) for line in split_lines(text)
    ]


@given(texts)
def test_document_lines_add_the_empty_line_after_a_final_end(text: str) -> None:
    lines = Lines(text)
    split = split_lines(text)
    expected = split if split and not line_end(split[-1]) else [*split, ""]
    assert [lines.line(number) for number in range(lines.count)] == expected
    for number in range(lines.count):
        assert text[lines.start(number) : lines.end(number)] == strip_line_end(expected[number])


@given(texts)
def test_each_offset_belongs_to_the_line_around_it(text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        number = lines.number_at(offset)
        assert lines.start(number) <= offset
        assert number == lines.count - 1 or offset < lines.start(number + 1)


def test_lines_outside_the_text_are_refused() -> None:
    lines = Lines("a\nb")
    for number in (-1, 2):
        with pytest.raises(IndexError, match=f"line {number} of a text of 2 lines"):
            lines.line(number)
    for offset in (-1, 4):
        with pytest.raises(IndexError, match=f"offset {offset} of a text of 3 characters"):
            lines.number_at(offset)
