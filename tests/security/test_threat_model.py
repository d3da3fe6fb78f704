"""docs/security.md: every line of the threat model names tests, which exist and are run."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
HEADER = ["Threat", "What holds it", "Shown by"]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows(text: str) -> Iterator[list[str]]:
    """The lines of all tables of threats, without their headers."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells == HEADER:
            inside = True
        elif not cells:
            inside = False
        elif inside and not set(line) <= set("|-: "):
            yield cells


def named_tests(cell: str) -> list[tuple[str, str]]:
    """The tests that a cell names, and nothing else besides."""
    assert not TEST.sub("", cell).strip(" ,"), f"this names no test: {cell}"
    return TEST.findall(cell)


def test_functions(path: Path) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The tests of a file, by name."""
    return {
        node.name: node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


test_functions.__test__ = False  # type: ignore[attr-defined]

THREATS = [*rows(DOCUMENT.read_text("utf-8"))]


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat[0][:60])
def test_every_threat_is_held_by_something_that_a_test_shows(
    threat: list[str], request: pytest.FixtureRequest
) -> None:
    assert len(threat) == len(HEADER), "three cells"
    words, holds, cell = threat
    assert words
    assert holds
    named = named_tests(cell)
    assert named, f"no test shows it: {words}"
    collected = {item.nodeid.partition("[")[0] for item in request.session.items}
    files = {nodeid.partition("::")[0] for nodeid in collected}
    unrun = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"][
        "norecursedirs"
    ]
    for file, name in named:
        assert not any(file.startswith(f"{folder}/") for folder in unrun), (
            f"{file} is not run with the others"
        )
        function = test_functions(ROOT / file).get(name)
        assert function is not None, f"{file} has no {name}"
        marks = {ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list}
        assert not any(mark.endswith((".skip", ".skipif", ".xfail")) for mark in marks), f"{name} may not run"
        if file in files and not request.config.option.keyword:
            assert any(nodeid == f"{file}::{name}" for nodeid in collected) or is_chosen(request), name


def is_chosen(request: pytest.FixtureRequest) -> bool:
    """Whether this run was asked for some tests of a file only."""
    return any("::" in argument for argument in request.config.args) or bool(request.config.option.deselect)


def test_there_is_a_threat_model() -> None:
    assert len(THREATS) > 40
    assert "## What is not protected" in DOCUMENT.read_text("utf-8")


@pytest.mark.parametrize("cell", ["", "by design", "`tests/x.py`", "see `tests/x.py::test_y`"])
def test_a_line_without_a_test_is_found(cell: str) -> None:
    table = f"| Threat | What holds it | Shown by |\n|---|---|---|\n| a | b | {cell} |\n"
    ((*_, found),) = rows(table)
    with pytest.raises(AssertionError):
        assert named_tests(found)
