"""One replaced line tells how lines like it are replaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.line_templates import LineLessons, learn

LESSONS = [
    (
        "self.assertEqual(a, b)",
        "assert a == b",
        "self.assertEqual(f(x, 1), len(y))",
        "assert f(x, 1) == len(y)",
    ),
    (
        "self.assertEqual(len(a), 3)",
        "assert len(a) == 3",
        "self.assertEqual(b.c, [1, 2])",
        "assert b.c == [1, 2]",
    ),
    ("self.assertTrue(done)", "assert done", "self.assertTrue(is_it(1))", "assert is_it(1)"),
    ("self.assertIsNone(x)", "assert x is None", "self.assertIsNone(a[0])", "assert a[0] is None"),
    ("self.assertIn(a, b)", "assert a in b", "self.assertIn('x, y', d)", "assert 'x, y' in d"),
    ("print(x)", "logger.info(x)", "print('a', b)", "logger.info('a', b)"),
    ("log.info(x)", "log.info(x, extra=e)", "log.info(f(y))", "log.info(f(y), extra=e)"),
    ("var a = 1;", "const a = 1;", "var b = f(2);", "const b = f(2);"),
    ("expect(a).toBe(b);", "assert.equal(a, b);", "expect(x.y).toBe(z(1));", "assert.equal(x.y, z(1));"),
    ("    raise_for(a, b)", "    b.raise_for(a)", "\traise_for(c, d)", None),
    ("    x = d.get('a')", "    x = d['a']", "        y = d.get('b')", "        y = d['b']"),
    ("String s = t.getName();", "var s = t.name();", "String u = v.getName();", "var u = v.name();"),
]


@pytest.mark.parametrize(("old", "new", "other", "expected"), LESSONS)
def test_a_lesson_is_applied_to_another_line(old: str, new: str, other: str, expected: str | None) -> None:
    template = learn(old, new)
    assert (template and template.apply(other)) == expected


@pytest.mark.parametrize(("old", "new"), [row[:2] for row in LESSONS if row[3]])
def test_a_lesson_explains_the_line_it_was_learnt_from(old: str, new: str) -> None:
    template = learn(old, new)
    assert template is not None
    assert template.apply(old) == new


@pytest.mark.parametrize(
    "other",
    [
        "",
        "    ",
        "assertEqual",
        "self.assertEqual()",
        "self.assertEqual(a)",
        "self.assertEqual(a, b) # x",
        "self.assertEqual((a, b)",
    ],
)
def test_lines_of_another_kind_are_left_alone(other: str) -> None:
    template = learn("self.assertEqual(a, b)", "assert a == b")
    assert template is not None
    assert template.apply(other) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a = b", "a = b"),
        ("    a = b", "a = b"),
        ("a = b", "c(d)"),
        ("a == b", "a != b"),
        ("a + b", "b + a + 1"),
        ("", "a = 1"),
        ("a = 1", ""),
        ("f(a)", "g(a)"),
    ],
)
def test_what_tells_of_no_other_line_is_no_lesson(old: str, new: str) -> None:
    assert learn(old, new) is None


LINE = st.text(alphabet="ab (),.=[]'\"", max_size=16)


@given(old=LINE, new=LINE, other=LINE)
def test_any_two_lines_may_be_compared(old: str, new: str, other: str) -> None:
    template = learn(f"call{old}", new)
    if template:
        assert template.old != template.new
        changed = template.apply(f"  call{other}")
        assert changed is None or changed.startswith("  ")


TEXT = """\
def test():
    assertEqual(a, b)
    x = 1
    assertEqual(c, d)
    assertEqual(e, f)
"""


def test_what_remains_is_rewritten_from_the_line_that_the_output_has_got_to() -> None:
    lessons = LineLessons(TEXT)
    lessons.hear("def test():")
    assert lessons.rewrite_rest() is None
    lessons.hear("    assert a == b")
    head, rest = TEXT[: TEXT.index("    x")], "    x = 1\n    assert c == d\n    assert e == f\n"
    assert lessons.rewrite_rest() == (head, rest)


def test_inserted_and_deleted_lines_do_not_lose_the_place() -> None:
    lessons = LineLessons(TEXT)
    for line in ("def test():", "    # new", "    x = 1", "    assert c == d"):
        lessons.hear(line)
    assert lessons.rewrite_rest() == (TEXT[: TEXT.index("    assertEqual(e")], "    assert e == f\n")


def test_a_line_that_was_copied_refutes_the_lesson() -> None:
    lessons = LineLessons(TEXT)
    for line in ("def test():", "    assert a == b", "    x = 1", "    assertEqual(c, d)"):
        lessons.hear(line)
    assert lessons.rewrite_rest() is None


def test_a_line_that_was_changed_otherwise_teaches_anew() -> None:
    lessons = LineLessons(TEXT)
    for line in ("def test():", "    assert a == b", "    x = 1", "    check(c, d)"):
        lessons.hear(line)
    assert lessons.rewrite_rest() == (TEXT[: TEXT.index("    assertEqual(e")], "    check(e, f)\n")


def test_a_line_that_stands_further_down_too_is_not_taken_for_that_one() -> None:
    lessons = LineLessons(TEXT + "\n    }\n")
    for line in ("def test():", "    assert a == b", "", "    }", "    x = 1"):
        lessons.hear(line)
    found = lessons.rewrite_rest()
    assert found is not None
    assert found[1].startswith("    assert c == d\n")


def test_beyond_the_end_there_is_nothing_to_rewrite() -> None:
    lessons = LineLessons("assertEqual(a, b)")
    for line in ("assert a == b", "assert c == d", "x"):
        lessons.hear(line)
    assert lessons.rewrite_rest() is None


def test_of_many_templates_the_latest_are_kept() -> None:
    kinds = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"]
    lessons = LineLessons("\n".join([*(f"{kind}(a)" for kind in kinds), *(f"{kind}(b)" for kind in kinds)]))
    for kind in kinds:
        assert lessons.hear(f"{kind}(a, now)")
    rewritten = lessons.rewrite_rest()
    assert rewritten
    first, *others = rewritten[1].split("\n")
    assert first == "alpha(b)", "its lesson was the ninth last"
    assert others == [f"{kind}(b, now)" for kind in kinds[1:]]
