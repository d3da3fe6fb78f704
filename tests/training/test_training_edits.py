"""Every kind of edit: what it asks, what it changes, and that the mixture is what it should be."""

from __future__ import annotations

import difflib
import random
from collections import Counter

import pytest

from specedit_lsp.training.corpus.languages import parses
from specedit_lsp.training.edits.mixture import (
    KINDS,
    LANGUAGE_WEIGHTS,
    TABLE,
    WEIGHTS,
    Example,
    NoEditFound,
    draw_example,
)
from specedit_lsp.training.edits.phrasing import phrase, vary_manner
from specedit_lsp.training.edits.pools import Pools

PAIRS = [(kind, language) for kind in KINDS for language in sorted(TABLE[kind].languages)]
ONE_LINE = [
    "number", "string", "operator", "comment", "comment deletion", "comment change", "comment out",
    "uncomment", "delete line", "insert line", "replace line", "repeat line", "return hint", "new default",
]  # fmt: skip


def draw_many(pools: Pools, kind: str, language: str | None, count: int) -> list[Example]:
    """`count` edits of one kind, always the same."""
    rng = random.Random(kind)
    return [draw_example(pools, rng, 900, kind, language) for _ in range(count)]


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_every_kind_works_in_every_language_it_is_for(pools: Pools, kind: str, language: str) -> None:
    for example in draw_many(pools, kind, language, 5):
        assert (example.kind, example.language) == (kind, language)
        assert "\n" not in example.instruction
        assert example.instruction == example.instruction.strip()
        assert not set("[]|") & set(example.instruction) - set(example.selection + example.result)
        assert example.selection == example.selection.strip("\n")
        assert example.result == example.result.strip("\n")
        assert len(example.selection) <= 900
        assert (example.selection == example.result) == (kind == "no-op")


@pytest.mark.parametrize("kind", KINDS)
def test_python_stays_python(pools: Pools, kind: str) -> None:
    if "python" in TABLE[kind].languages:
        for example in draw_many(pools, kind, "python", 25):
            assert parses(example.result, "python") or not parses(example.selection, "python")


@pytest.mark.parametrize("kind", ONE_LINE)
def test_one_line_edits_touch_one_line(pools: Pools, kind: str) -> None:
    for example in draw_many(pools, kind, None, 40):
        before, after = example.selection.split("\n"), example.result.split("\n")
        changes = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        assert len(changes) <= 2
        assert abs(len(before) - len(after)) <= 1


def test_the_same_seed_gives_the_same_examples(pools: Pools) -> None:
    first, second = ([draw_example(pools, random.Random(seed), 400) for seed in range(30)] for _ in range(2))
    assert first == second


def test_renames_have_the_largest_share_and_no_kind_is_forgotten() -> None:
    total = sum(WEIGHTS.values())
    assert 0.35 < WEIGHTS["rename"] / total < 0.41
    assert min(WEIGHTS.values()) / total > 0.0015


def test_languages_come_as_often_as_they_should(pools: Pools) -> None:
    rng = random.Random(5)
    counts = Counter(draw_example(pools, rng, 600, "rename").language for _ in range(600))
    assert 240 < counts["python"] < 360
    assert set(counts) == set(LANGUAGE_WEIGHTS)


def test_lengths_are_spread_up_to_the_longest(pools: Pools) -> None:
    rng = random.Random(6)
    lengths = sorted(len(draw_example(pools, rng, 1600, "rename", "python").selection) for _ in range(300))
    assert lengths[-1] <= 1600
    assert lengths[30] < 150
    assert lengths[150] > 150
    assert lengths[270] > 600


def test_an_unknown_occasion_is_an_error_that_names_it(pools: Pools) -> None:
    with pytest.raises(NoEditFound, match=r"'async'.*'css'"):
        draw_example(pools, random.Random(0), 500, "async", "css")
    with pytest.raises(NoEditFound, match="no language"):
        draw_example(Pools([]), random.Random(0), 500)


def test_templates_choose_from_the_inside_out() -> None:
    texts = {phrase(random.Random(seed), "[a|b [c|d]] {x}", x="[1|2]") for seed in range(40)}
    assert texts == {"a [1|2]", "b c [1|2]", "b d [1|2]"}


def test_manners_never_change_what_is_asked() -> None:
    for seed in range(200):
        said = vary_manner("rename a to b", random.Random(seed))
        assert said.lower().strip(".").endswith(("rename a to b", "please"))
    assert vary_manner("maxSize => max", random.Random(1)) == "maxSize => max"
