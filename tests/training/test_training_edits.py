"""Each kind of edit: what it changes, and that it changes nothing else."""

from __future__ import annotations

import argparse
import ast
import configparser
import difflib
import random
import re
from pathlib import Path

import pytest

from specedit_lsp.training.definition_edits import change_default, hint_parameter, hint_return, wrap_in_try
from specedit_lsp.training.edits import KINDS, LARGER_EDITS, ONE_LINE_EDITS, WEIGHTS, Example, draw_example
from specedit_lsp.training.functions import extract_source, parses
from specedit_lsp.training.line_edits import delete_line
from specedit_lsp.training.pools import Pools, find_names, invent_name, is_renamable, name_style
from specedit_lsp.training.renames import rename_names


@pytest.fixture(scope="module")
def pools() -> Pools:
    """Functions of two modules that every Python has."""
    modules = (argparse, configparser)
    return Pools(
        [
            function
            for module in modules
            for function in extract_source(module.__name__, Path(str(module.__file__)).read_bytes())
        ]
    )


def draw_many(pools: Pools, kind: str, count: int = 25) -> list[Example]:
    rng = random.Random(kind)
    return [draw_example(pools, rng, 900, kind) for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_results_parse_when_selections_do(pools: Pools, kind: str) -> None:
    for example in draw_many(pools, kind):
        assert "\n" not in example.instruction
        assert example.selection == example.selection.strip("\n")
        assert parses(example.result) or not parses(example.selection)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "no-op"])
def test_something_changes(pools: Pools, kind: str) -> None:
    assert all(example.selection != example.result for example in draw_many(pools, kind))


@pytest.mark.parametrize("kind", ONE_LINE_EDITS)
def test_one_line_edits_touch_one_line(pools: Pools, kind: str) -> None:
    for example in draw_many(pools, kind):
        before, after = example.selection.split("\n"), example.result.split("\n")
        changes = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        assert len(changes) <= 2
        assert abs(len(before) - len(after)) <= 1


def test_nothing_changes_when_the_name_is_absent(pools: Pools) -> None:
    assert all(example.selection == example.result for example in draw_many(pools, "no-op"))


def test_renames_replace_every_whole_word(pools: Pools) -> None:
    for example in draw_many(pools, "rename", 60):
        gone = find_names(example.selection) - find_names(example.result)
        come = find_names(example.result) - find_names(example.selection)
        assert len(gone) == len(come) == 1
        (old,), (new,) = gone, come
        assert old in example.instruction
        assert new in example.instruction
        assert rename_names(example.result, {new: old}) == example.selection


def test_two_renames_replace_two_names(pools: Pools) -> None:
    for example in draw_many(pools, "two renames"):
        assert len(find_names(example.selection) - find_names(example.result)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size = max_size + sizes", "width = max_size + sizes"),
        ("self.size = f'{size!r}'  # the size", "self.width = f'{width!r}'  # the width"),
        ("größe.size, size2", "größe.width, size2"),
    ],
)
def test_rename_leaves_parts_of_words_alone(text: str, expected: str) -> None:
    assert rename_names(text, {"size": "width"}) == expected


def test_two_names_can_be_swapped() -> None:
    assert rename_names("a = b", {"a": "b", "b": "a"}) == "b = a"


def test_new_names_keep_the_style_and_are_names(pools: Pools) -> None:
    rng = random.Random(3)
    for old in ("max_size", "HTTPHandler", "DEFAULT_PORT", "_x", "i"):
        names = [invent_name(old, pools, rng) for _ in range(200)]
        assert sum(map(is_renamable, names)) > 150
        if old.isupper():
            assert {name_style(name) for name in names} == {"UPPER"}


def test_default_is_changed_in_the_signature_only(pools: Pools) -> None:
    edit = change_default("def f(a, b=1):\n    return a(b=1)", pools, random.Random(0))
    assert edit is not None
    assert re.fullmatch(r"def f\(a, b=.+\):\n    return a\(b=1\)", edit[1])


def test_hints_follow_the_usual_spacing(pools: Pools) -> None:
    text = "def f(a=1):\n    return a"
    parameter = hint_parameter(text, pools, random.Random(0))
    returned = hint_return(text, pools, random.Random(0))
    assert parameter is not None
    assert returned is not None
    assert re.match(r"def f\(a: .+ = 1\):", parameter[1])
    assert re.match(r"def f\(a=1\) -> .+:", returned[1])


def test_try_keeps_the_docstring_outside(pools: Pools) -> None:
    edit = wrap_in_try('def f():\n    """Doc."""\n    return 1', pools, random.Random(0))
    assert edit is not None
    function = ast.parse(edit[1]).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert isinstance(function.body[1], ast.Try)


def test_the_only_line_is_not_deleted(pools: Pools) -> None:
    assert delete_line("x = 1", pools, random.Random(0)) is None


def test_the_same_seed_gives_the_same_examples(pools: Pools) -> None:
    first, second = ([draw_example(pools, random.Random(seed), 300) for seed in range(20)] for _ in range(2))
    assert first == second


def test_renames_have_the_largest_share() -> None:
    assert WEIGHTS["rename"] / sum(WEIGHTS.values()) > 0.55
    assert set(WEIGHTS) >= set(ONE_LINE_EDITS) | set(LARGER_EDITS)
