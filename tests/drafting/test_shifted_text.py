"""Text at another depth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.indentation import find_unit, shift

DEPTH = st.sampled_from(["", "  ", "    ", "\t", "\t\t", "        "])
LINES = st.lists(st.from_regex(r"( {0,3}[a-z]{1,3})?", fullmatch=True), min_size=1, max_size=6)


@given(lines=LINES, old=DEPTH, new=DEPTH)
def test_shifting_there_and_back_changes_nothing(lines: list[str], old: str, new: str) -> None:
    text = "\n".join(old + line if line.strip() else "" for line in lines)
    assert shift(shift(text, old, new), new, old) == text


@given(lines=LINES, old=DEPTH, new=DEPTH)
def test_shifting_keeps_what_the_lines_say(lines: list[str], old: str, new: str) -> None:
    text = "\n".join(lines)
    assert [line.strip() for line in shift(text, old, new).split("\n")] == [line.strip() for line in lines]


@pytest.mark.parametrize(
    ("text", "old", "new", "shifted"),
    [
        ("    a\n\n      b", "    ", "", "a\n\n  b"),
        ("    a\n  b\nc", "    ", "  ", "  a\nb\nc"),
        ("a\n    b", "", "\t", "\ta\n\t    b"),
        ("\ta\n\t\tb", "\t", "    ", "    a\n    \tb"),
        ("  a\n   \n  b", "  ", "    ", "    a\n   \n    b"),
    ],
)
def test_less_deep_and_blank_lines(text: str, old: str, new: str, shifted: str) -> None:
    assert shift(text, old, new) == shifted


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("a:\n  b\n", "  "),
        ("a:\n    b:\n        c\n", "    "),
        ("a {\n\tb\n}\n", "\t"),
        ("a:\n   b\n", "   "),
        ("f(a,\n  b)\nif x:\n    y\n", "  "),
        ("a\nb\n", "    "),
        ("", "    "),
    ],
)
def test_the_unit_is_the_smallest_step(text: str, unit: str) -> None:
    assert find_unit(text) == unit
