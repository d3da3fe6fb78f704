"""Putting a selection under a header that the instruction quotes, and taking it out again."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.wrapping import read_unwrappings, read_wrappings

BODY = "save(a)\nif a:\n    send(a)"
INDENTED = "    save(a)\n    if a:\n        send(a)"


@pytest.mark.parametrize(
    ("instruction", "language", "expected"),
    [
        ("wrap this in `if ready:`", "python", f"if ready:\n{INDENTED}"),
        ("Put it into `with lock`", "python", f"with lock:\n{INDENTED}"),
        (
            "surround it with `try:` and `except OSError: pass`",
            "python",
            f"try:\n{INDENTED}\nexcept OSError:\n    pass",
        ),
        ("wrap the code in `if (ok) {`", "javascript", f"if (ok) {{\n{INDENTED}\n}}"),
        ("wrap in `while x; do` ... `done`", "shellscript", f"while x; do\n{INDENTED}\ndone"),
    ],
)
def test_a_quoted_header_goes_around(instruction: str, language: str, expected: str) -> None:
    assert list(read_wrappings(instruction, BODY, language)) == [expected]


@pytest.mark.parametrize(
    "instruction",
    ["wrap this somehow", "rename `a` to `b`", "add `if a:` as a comment", "wrap `save(a)` in a check"],
)
def test_nothing_is_wrapped_in_what_is_no_header(instruction: str) -> None:
    assert list(read_wrappings(instruction, BODY, "python")) == []


def test_the_selection_s_own_indentation_is_kept() -> None:
    (text,) = read_wrappings("wrap in `if a:`", "\tgo()\n\n\tstop()", "python")
    assert text == "\tif a:\n\t\tgo()\n\n\t\tstop()"


@pytest.mark.parametrize(
    ("instruction", "selection", "expected"),
    [
        ("remove the surrounding `if ready:`", f"if ready:\n{INDENTED}", BODY),
        ("unwrap `if (ok) {`", f"if (ok) {{\n{INDENTED}\n}}", BODY),
    ],
)
def test_what_is_inside_a_quoted_header_comes_out(instruction: str, selection: str, expected: str) -> None:
    assert list(read_unwrappings(instruction, selection)) == [expected]


def test_only_what_the_selection_begins_with_can_be_taken_away() -> None:
    assert list(read_unwrappings("remove `if other:`", f"if ready:\n{INDENTED}")) == []
    assert list(read_unwrappings("describe `if ready:`", f"if ready:\n{INDENTED}")) == []
