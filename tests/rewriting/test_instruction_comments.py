"""Instructions written as comments, and what they are meant for."""

from __future__ import annotations

import pytest

from specedit_lsp.rewriting.instruction_comments import find_commented, read_commented
from specedit_lsp.text.comment_syntax import COMMENT_SYNTAXES
from specedit_lsp.text.lines import Lines

PYTHON = """\
import os

# specedit: rename user to account
@cached
def find(user):
    name = user.name

    return name
def other(): pass

value = 1
    # specedit: keep the order
# specedit: sort
b = 2
a = 1

last = 0
"""


def found(first: int, last: int, *, selected: bool, text: str = PYTHON, language: str = "python") -> object:
    """What the lines up to the last one, the instruction and the kind are, counted from 1; or None."""
    it = find_commented(Lines(text), first - 1, last - 1, selected=selected, language=language)
    return it and (it.first + 1, it.last + 1, it.instruction, it.is_selection)


@pytest.mark.parametrize("language", sorted(COMMENT_SYNTAXES))
def test_each_language_has_its_comments(language: str) -> None:
    syntax = COMMENT_SYNTAXES[language]
    lines = [f"{opening} specedit: do it" for opening in syntax.line]
    lines += [f"{opening} specedit: do it {closing}" for opening, closing in syntax.block]
    assert lines
    for line in lines:
        commented = read_commented(f"  {line}\r\nrest\r\n", language)
        assert commented is not None, line
        assert (commented.instruction, commented.rest) == ("do it", "rest\r\n")


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # specedit: do it",
        "# do it",
        "# see specedit: it is good",
        "// specedit: do it",
        "specedit: do it",
        '"# specedit: do it"',
    ],
)
def test_anything_else_is_no_instruction(line: str) -> None:
    assert read_commented(f"{line}\nrest\n", "python") is None


def test_a_language_without_known_comments_has_no_instructions() -> None:
    assert read_commented("# specedit: do it\n", "plaintext") is None
    assert found(1, 1, selected=False, language="plaintext") is None


def test_several_instructions_are_one() -> None:
    commented = read_commented("a\n# specedit: one\nb\n#specedit:two\n", "python")
    assert commented is not None
    assert (commented.instruction, commented.rest) == ("one\ntwo", "a\nb\n")


@pytest.mark.parametrize("language", ["shellscript", "bash", "sh", "Python", "tsx", "c++"])
def test_editors_have_other_names_for_languages(language: str) -> None:
    sign = "//" if language in {"tsx", "c++"} else "#"
    assert read_commented(f"{sign} specedit: do it\n", language) is not None


def test_at_the_cursor_it_is_for_the_block_below() -> None:
    assert found(3, 3, selected=False) == (3, 8, "rename user to account", False)


def test_a_paragraph_is_a_block() -> None:
    assert found(13, 13, selected=False) == (12, 15, "keep the order\nsort", False)


def test_in_a_selection_it_is_for_the_selection() -> None:
    assert found(1, 6, selected=True) == (1, 6, "rename user to account", True)


def test_above_a_selection_it_is_for_the_selection() -> None:
    assert found(4, 6, selected=True) == (3, 6, "rename user to account", True)


def test_a_selection_of_nothing_but_comments_is_like_the_cursor() -> None:
    assert found(12, 13, selected=True) == (12, 15, "keep the order\nsort", False)


@pytest.mark.parametrize(("line", "selected"), [(1, False), (4, False), (1, True), (6, True)])
def test_elsewhere_there_is_none(line: int, selected: bool) -> None:
    assert found(line, line, selected=selected) is None


def test_nothing_below_is_nothing_to_do() -> None:
    assert found(2, 2, selected=False, text="a\n# specedit: do it\n\n") is None


def test_an_instruction_that_says_nothing_is_none() -> None:
    assert found(1, 1, selected=False, text="# specedit:\nx\n") is None


def test_braces_end_with_their_block() -> None:
    text = "// specedit: do it\nif (a) {\n\tb();\n}\nelse {\n\tc();\n}\nd();\n"
    assert found(1, 1, selected=False, text=text, language="c") == (1, 7, "do it", False)


def test_a_block_ends_where_the_code_around_it_goes_on() -> None:
    text = "def f():\n    # specedit: do it\n    a = 1\n    b = 2\nc = 3\n"
    assert found(2, 2, selected=False, text=text) == (2, 4, "do it", False)
