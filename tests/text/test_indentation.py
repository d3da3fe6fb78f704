"""Indentation taken away comes back, in whatever pieces the text arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.text.indentation import (
    Dedented,
    Reindenter,
    common_indent,
    dedent,
    guess_indent_unit,
)

indents = st.text(st.sampled_from(" \t"), max_size=4)
ends = st.sampled_from(["\n", "\r\n", "\r"])
contents = st.sampled_from(["", "x", "y = 1 ", "\f", "é😀", " ", "\t"])
indented_lines = st.builds(lambda indent, content, end: indent + content + end, indents, contents, ends)
texts = st.builds(
    lambda shared, lines, last: "".join(shared + line for line in lines) + last,
    indents,
    st.lists(indented_lines, max_size=6),
    st.sampled_from(["", "  ", "\tlast", "last"]),
)
first_line_indents = st.one_of(st.none(), indents)


def reindent(text: str, indent: str, first_line_indent: str | None = "", sizes: tuple[int, ...] = ()) -> str:
    reindenter = Reindenter(indent, first_line_indent)
    pieces = []
    for size in sizes:
        pieces.append(reindenter.feed(text[:size]))
        text = text[size:]
    return "".join([*pieces, reindenter.feed(text), reindenter.finish()])


chunk_sizes = st.lists(st.integers(0, 5), max_size=30).map(tuple)


@given(texts, first_line_indents, chunk_sizes)
def test_reindenting_gives_back_what_dedenting_took(
    text: str, first_line_indent: str | None, sizes: tuple[int, ...]
) -> None:
    dedented = dedent(text, first_line_indent)
    assert reindent(dedented.text, dedented.indent, first_line_indent, sizes) == text


@given(texts)
def test_dedented_lines_share_no_indentation(text: str) -> None:
    assert dedent(dedent(text).text).indent == ""


@given(texts, indents, first_line_indents, chunk_sizes)
def test_pieces_make_no_difference(
    text: str, indent: str, first_line_indent: str | None, sizes: tuple[int, ...]
) -> None:
    whole = reindent(text, indent, first_line_indent)
    assert reindent(text, indent, first_line_indent, sizes) == whole


def test_blank_lines_do_not_count_and_are_left_alone() -> None:
    assert dedent("    a\n\n  \n      b\n") == Dedented("a\n\n  \n  b\n", "    ")
    assert reindent("a\n\n  \nb\n", "    ") == "    a\n\n  \n    b\n"


def test_tabs_and_spaces_share_nothing() -> None:
    assert common_indent(["\ta", "    b"]) == ""
    assert common_indent(["\t  a", "\t b"]) == "\t "
    assert common_indent(["\n", ""]) == ""


def test_a_selection_behind_the_indentation_is_dedented_as_a_whole() -> None:
    selection = "def f():\n        return 1\n"
    assert dedent(selection, "    ") == Dedented("def f():\n    return 1\n", "    ")
    assert reindent("def g():\n    return 2\n", "    ", "    ") == "def g():\n        return 2\n"


def test_a_selection_behind_a_part_of_the_indentation() -> None:
    assert dedent("  a\n    b\n", "  ") == Dedented("a\nb\n", "    ")
    assert reindent("a\nb\n", "    ", "  ") == "  a\n    b\n"


def test_a_first_line_that_is_deeper_than_the_rest() -> None:
    assert dedent("b\n} // end", "    ") == Dedented("    b\n} // end", "")
    assert reindent("    c\n} // end", "", "    ") == "c\n} // end"


def test_a_first_line_cannot_come_out_in_front_of_the_selection() -> None:
    assert reindent("c\nd\n", "", "    ") == "c\nd\n"
    assert reindent("  c\n", "", "\t") == "c\n"


def test_a_selection_behind_code_leaves_the_first_line_alone() -> None:
    assert dedent("foo(\n        a,\n    )", None) == Dedented("foo(\n    a,\n)", "    ")
    assert reindent("bar(\n    b,\n)", "    ", None) == "bar(\n        b,\n    )"


def test_indentation_waits_for_the_first_character_that_is_not_blank() -> None:
    reindenter = Reindenter("\t")
    assert reindenter.feed("") == ""
    assert reindenter.feed("  ") == ""
    assert reindenter.feed("x") == "\t  x"
    assert reindenter.feed("y\n") == "y\n"
    assert reindenter.feed(" ") == ""
    assert reindenter.feed("\n") == " \n"
    assert reindenter.feed(" ") == ""
    assert reindenter.finish() == " "


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("a\n\tb\n\t\tc\n", "\t"),
        ("a\n  b\n    c\n  d\n", "  "),
        ("a\n    b\n        c\n          + d\n", "    "),
        ("flat\nflat\n", "    "),
        ("", "    "),
        ("a\n\n    b\n", "    "),
    ],
)
def test_the_indent_unit_is_read_from_the_text(text: str, unit: str) -> None:
    assert guess_indent_unit(text) == unit


def test_a_flat_text_has_the_default_unit() -> None:
    assert guess_indent_unit("a\nb\n", default="\t") == "\t"


@pytest.mark.parametrize("wrong", ["x", "  x = ", "\n"])
def test_only_white_space_indents(wrong: str) -> None:
    for refuse in (lambda: dedent("a", wrong), lambda: Reindenter(wrong), lambda: Reindenter("", wrong)):
        with pytest.raises(ValueError, match="indentation is spaces and tabs"):
            refuse()
