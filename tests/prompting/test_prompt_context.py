"""Context is cut to whole lines, nearest first, and costs no more than its budget."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.context import CHARACTERS_PER_TOKEN, cut_context

texts = st.text(alphabet="ab \n", max_size=80)


def count_characters(text: str) -> int:
    return len(text)


def test_the_nearest_lines_are_kept() -> None:
    before, after = cut_context("aa\nbb\ncc\n", "dd\nee\nff\n", 9, count_characters)
    assert (before, after) == ("bb\ncc\n", "dd\n")


def test_what_one_side_leaves_goes_to_the_other() -> None:
    assert cut_context("", "dd\nee\nff\n", 9, count_characters) == ("", "dd\nee\nff\n")
    assert cut_context("aa\nbb\ncc\n", "", 9, count_characters) == ("aa\nbb\ncc\n", "")
    assert cut_context("aa\nbb\n", "dd\nee\nff\n", 13, count_characters) == ("aa\nbb\n", "dd\nee\n")


def test_the_rest_of_the_selections_own_lines_is_context() -> None:
    assert cut_context("aa\nx = ", "  # why\nbb", 100, count_characters) == ("aa\nx = ", "  # why\nbb")


def test_without_a_budget_there_is_no_context() -> None:
    assert cut_context("aa\n", "bb\n", 0, count_characters) == ("", "")


def test_a_line_longer_than_the_budget_is_left_out_whole() -> None:
    assert cut_context("x" * 1000, "y" * 1000, 10, lambda text: 1) == ("", "")


def test_only_the_neighbourhood_of_a_huge_document_is_counted() -> None:
    line, counted = "    return 1\n", []

    def count(text: str) -> int:
        counted.append(text)
        return 4

    before, after = cut_context(line * 1_000_000, line * 1_000_000, 60, count)
    assert (before, after) == (line * 10, line * 5)
    assert sum(map(len, counted)) <= 2 * 60 * CHARACTERS_PER_TOKEN


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=texts, after=texts, budget=st.integers(0, 60))
def test_context_is_nearest_whole_lines_within_the_budget(before: str, after: str, budget: int) -> None:
    kept_before, kept_after = cut_context(before, after, budget, count_characters)
    assert len(kept_before) + len(kept_after) <= budget
    assert before.endswith(kept_before)
    assert after.startswith(kept_after)
    rest = before.removesuffix(kept_before)
    assert not kept_before or not rest or rest.endswith("\n")
    assert kept_after == after or not kept_after or kept_after.endswith("\n")
