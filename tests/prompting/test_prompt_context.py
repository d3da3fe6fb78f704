"""Context is cut to whole lines, nearest first, with what the selection stands under, within its budget."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.context import CHARACTERS_PER_TOKEN, cut_context, cut_rules
from specedit_lsp.transport.messages import RewriteOrder

texts = st.text(alphabet="ab: \n", max_size=80)


def count_characters(text: str) -> int:
    return len(text)


def cut(
    before: str, after: str, budget: int, *, language: str = "plaintext", selection: str = "x\n"
) -> tuple[str, str]:
    order = RewriteOrder(instruction="i", selection=selection, before=before, after=after, language=language)
    shown, below = cut_context(order, budget, count_characters)
    assert len(shown) + len(below) <= budget
    return shown, below


def test_the_nearest_lines_are_kept() -> None:
    assert cut("aa\nbb\ncc\n", "dd\nee\nff\n", 9) == ("bb\ncc\n", "dd\n")


def test_what_one_side_leaves_goes_to_the_other() -> None:
    assert cut("", "dd\nee\nff\n", 9) == ("", "dd\nee\nff\n")
    assert cut("aa\nbb\ncc\n", "", 9) == ("aa\nbb\ncc\n", "")
    assert cut("aa\nbb\n", "dd\nee\nff\n", 13) == ("aa\nbb\n", "dd\nee\n")


def test_the_rest_of_the_selections_own_lines_is_context() -> None:
    assert cut("aa\nx = ", "  # why\nbb", 100) == ("aa\nx = ", "  # why\nbb")


def test_without_a_budget_there_is_no_context() -> None:
    assert cut("aa\n", "bb\n", 0) == ("", "")


def test_a_line_longer_than_the_budget_is_left_out_whole() -> None:
    order = RewriteOrder(instruction="i", selection="x", before="x" * 1000, after="y" * 1000)
    assert cut_context(order, 10, lambda text: 1) == ("", "")


PYTHON = (
    """\
from __future__ import annotations

import os
from shop.prices import (
    Discount,
    Price,
)

LIMIT = 3

@dataclass
class Shop:
    name: str

    def open(self) -> None:
        pass

    def sell(
        self,
        items: list[str],
    ) -> int:
        total = 0
"""
    + "        total += 1\n" * 50
    + """\
        for item in items:
            if item:
"""
)


def test_enclosing_headers_and_imports_are_kept_though_they_are_far_away() -> None:
    shown, _ = cut(PYTHON, "", 800, language="python", selection="                total -= Price()\n")
    head, _, nearest = shown.partition("        total += 1\n")
    assert head == (
        "from __future__ import annotations\n"
        "import os\n"
        "from shop.prices import (\n    Discount,\n    Price,\n)\n"
        "# ...\n"
        "@dataclass\nclass Shop:\n"
        "# ...\n"
        "    def sell(\n        self,\n        items: list[str],\n    ) -> int:\n"
        "# ...\n"
    )
    assert PYTHON.endswith(nearest)


def test_imports_that_the_selection_uses_come_first() -> None:
    shown, _ = cut(PYTHON, "", 560, language="python", selection="                total -= Price()\n")
    assert "    Price,\n" in shown
    assert "from __future__" not in shown


@pytest.mark.parametrize(
    ("language", "before", "selection", "header"),
    [
        ("cpp", "int Shop::sell(int n)\n{\n    int t = 0;\n", "    t += n;\n", "int Shop::sell(int n)\n{\n"),
        (
            "javascript",
            "describe('a shop', () => {\n  it('sells', () => {\n",
            "    sell()\n",
            "describe('a shop'",
        ),
        ("ruby", "module Shop\n  def sell(n)\n    t = 0\n", "    t += n\n", "  def sell(n)\n"),
        ("yaml", "services:\n  shop:\n    image: a\n", "    port: 1\n", "services:\n"),
        ("go", "func (s *Shop) Sell() {\n\tt := 0\n", "\tt++\n", "func (s *Shop) Sell() {\n"),
        ("c", "static int sell(int n) {\n#ifdef A\n  int t;\n", "  t++;\n", "static int sell(int n) {\n"),
    ],
)
def test_headers_are_known_by_their_indentation(
    language: str, before: str, selection: str, header: str
) -> None:
    far = "".join(f"{selection}{'':2}\n" for _ in range(60))
    shown, _ = cut(before + far, "", 400, language=language, selection=selection)
    assert header in shown
    assert "...\n" in shown


def test_branches_and_loops_are_no_headers() -> None:
    before = "def f():\n    for a in b:\n        while a:\n" + "            a.b()\n" * 50
    shown, _ = cut(before, "", 300, language="python", selection="            a.c()\n")
    assert shown.startswith("def f():\n# ...\n            a.b()\n")
    assert "while" not in shown


def test_prose_has_no_imports() -> None:
    before = "import is a word\n" + "and so on\n" * 50
    assert cut(before, "", 100, language="markdown")[0] == "and so on\n" * 10


def test_only_the_neighbourhood_of_a_huge_document_is_counted() -> None:
    line, counted = "    return 1\n", []

    def count(text: str) -> int:
        counted.append(text)
        return 4

    order = RewriteOrder(
        instruction="i", selection="    x\n", before=line * 1_000_000, after=line * 1_000_000
    )
    before, after = cut_context(order, 60, count)
    assert (before, after) == (line * 10, line * 5)
    assert sum(map(len, counted)) <= 6 * 60 * CHARACTERS_PER_TOKEN


def test_rules_are_cut_to_their_first_lines() -> None:
    assert cut_rules("aa\nbb\ncc\n", 6, count_characters) == "aa\nbb\n"
    assert cut_rules("aa\nbb\ncc\n", 0, count_characters) == ""
    assert cut_rules("aa\nbb", 60, count_characters) == "aa\nbb"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=texts, after=texts, selection=texts, budget=st.integers(0, 60))
def test_context_is_whole_lines_within_the_budget(
    before: str, after: str, selection: str, budget: int
) -> None:
    kept_before, kept_after = cut(before, after, budget, language="python", selection=selection)
    assert after.startswith(kept_after)
    assert kept_after == after or not kept_after or kept_after.endswith("\n")
    left = iter(before.split("\n"))
    # In order, each from the text: `in` moves the iterator on.
    assert all(line in left for line in kept_before.split("\n") if line not in ("", "# ..."))
    assert not kept_before or before.endswith(kept_before.rpartition("# ...\n")[2])
