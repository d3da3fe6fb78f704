"""Whole occurrences are replaced, all at once, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.substitution import Substitution, bound

BOUNDARIES = [
    (
        "user",
        "account",
        "user users _user user_id user.id (user)",
        "account users _user user_id account.id (account)",
    ),
    ("größe", "maß", "größe größen übergröße größe2 größe", "maß größen übergröße größe2 maß"),
    ("名", "x", "名 名前 名", "x 名前 x"),
    ("1", "2", "1 1.5 0.1 11 x1 a[1] 1, 1e9 0x1", "2 1.5 0.1 11 x1 a[2] 2, 1e9 0x1"),
    ("1", "2", "f(1). return 1.", "f(2). return 2."),
    ("1.5", "2", "1.5 11.5 1.52 1.5.3", "2 11.5 1.52 1.5.3"),
    ("30", "60", "timeout=30 -30 30s 3000", "timeout=60 -60 30s 3000"),
    ("==", "!=", "a == b === c != d !== e=f", "a != b === c != d !== e=f"),
    ("=", ":=", "a = b == c <= d += e => f", "a := b == c <= d += e => f"),
    (">", ">=", "a > b >= c >> d -> e", "a >= b >= c >> d -> e"),
    ("+", "-", "a + b += c ++d", "a - b += c ++d"),
    ("&&", "and", "a && b & c", "a and b & c"),
    ("a.b", "c", "a.b axb a.bc xa.b a.b()", "c axb a.bc xa.b c()"),
    ("f(x)", "g", "f(x) f(xx) ff(x) f(x)", "g f(xx) ff(x) g"),
    ("[0]", ".first", "a[0] b[0][1]", "a.first b.first[1]"),
    ("^$.*", "\\1", "'^$.*' + x", "'\\1' + x"),
    ("$x", "$y", "$x $xy a$x $x", "$y $xy a$x $y"),
    ("x", "y", "x $x x$ x", "y $x x$ y"),
    ("self.", "cls.", "self.a myself.b self.c", "cls.a myself.b cls.c"),
    (".attr", ".prop", "a.attr b.attribute .attr", "a.prop b.attribute .prop"),
    ("old", r"\g<0>\n", "old", r"\g<0>\n"),
]


@pytest.mark.parametrize(("old", "new", "before", "after"), BOUNDARIES)
def test_only_what_stands_by_itself_is_replaced(old: str, new: str, before: str, after: str) -> None:
    assert Substitution({old: new}).apply(before, "python") == after


@pytest.mark.parametrize(
    ("language", "after"),
    [
        ("python", "colour-red colour x-colour"),
        ("javascript", "colour-red colour x-colour"),
        ("css", "color-red colour x-color"),
        ("html", "color-red colour x-color"),
        ("clojure", "color-red colour x-color"),
        ("", "color-red colour x-color"),
    ],
)
def test_hyphens_belong_to_names_where_the_language_has_them(language: str, after: str) -> None:
    assert Substitution({"color": "colour"}).apply("color-red color x-color", language) == after


def test_two_names_may_change_places() -> None:
    assert Substitution({"a": "b", "b": "a"}).apply("a = b + a*b") == "b = a + b*a"


def test_chains_are_not_followed() -> None:
    assert Substitution({"a": "b", "b": "c"}).apply("a b c") == "b c c"


def test_longer_terms_go_first() -> None:
    swap = Substitution({"a": "x", "a.b": "y", "a.b.c": "z"})
    assert swap.apply("a a.b a.b.c") == "x y z"


def test_spared_names_stay_with_all_that_is_in_them() -> None:
    assert Substitution({"id": "key"}, frozenset({"user.id"})).apply("id user.id x.id") == "key user.id x.key"


def test_literals_of_several_lines_are_replaced() -> None:
    before = "try:\n    run()\nexcept:\n    pass\n"
    pairs = {"except:\n    pass": "except OSError:\n    raise"}
    assert Substitution(pairs).apply(before) == "try:\n    run()\nexcept OSError:\n    raise\n"


def test_no_pairs_change_nothing() -> None:
    assert Substitution({}).apply("a b") == "a b"


CODE = """x = "x 'x'" + 'x' + x  # x is x
y = f(x, "a\\"x") // x
z = \"\"\"x
x\"\"\" + x
"""


def test_strings_are_left_alone() -> None:
    after = Substitution({"x": "N"}, leave=frozenset({"strings"})).apply(CODE, "python")
    assert (
        after
        == """N = "x 'x'" + 'x' + N  # N is N
y = f(N, "a\\"x") // N
z = \"\"\"x
x\"\"\" + N
"""
    )


def test_comments_are_left_alone() -> None:
    after = Substitution({"x": "N"}, leave=frozenset({"comments"})).apply(
        "x  # x\n/* x\nx */ x // x\n<!-- x --> x\n"
    )
    assert after == "N  # x\n/* x\nx */ N // x\n<!-- x --> N\n"


def test_a_hash_in_a_string_begins_no_comment_when_both_stay() -> None:
    both = Substitution({"x": "N"}, leave=frozenset({"strings", "comments"}))
    assert both.apply("a = ' # ' + x  # it's x\nb = x\n") == "a = ' # ' + N  # it's x\nb = N\n"


def test_what_must_be_near_decides_by_the_line() -> None:
    near = Substitution({"30": "60"}, near={"30": "timeout"})
    assert near.apply("timeout = 30\nretries = 30\n") == "timeout = 60\nretries = 30\n"


TERM = st.text(alphabet="ab1.$=+(\\[ é-", min_size=1, max_size=4)


@given(text=st.text(alphabet="ab1.$=+(\\[ \né-", max_size=30), old=TERM, new=TERM)
def test_any_term_may_be_replaced_and_only_it(text: str, old: str, new: str) -> None:
    after = Substitution({old: new}).apply(text, "python")
    pieces = re.split(bound(old, "python"), text)
    assert after == new.join(pieces)
    assert old.join(pieces) == text


@given(text=st.text(alphabet="abc .=1", max_size=40))
def test_there_and_back_gives_the_text_again(text: str) -> None:
    swap = Substitution({"a": "b", "b": "a"})
    assert swap.apply(swap.apply(text)) == text
