"""The corpus: which functions are taken, and that the held-out projects stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from specedit_lsp.training import sources
from specedit_lsp.training.functions import MAX_LINES, extract_project, extract_source
from specedit_lsp.training.sources import Source, build_corpus, load_corpus, read_sources

SHARED = "def shared_helper(value):\n    result = value + 1\n    return result\n"
OWN = "def own_helper(value):\n    result = value * {}\n    return result\n"


def test_held_out_projects_are_never_trained_on() -> None:
    table = read_sources()
    names = [source.name for source in table]
    assert len(names) == len(set(names))
    held_out = {source.name for source in table if source.held_out}
    assert held_out == {"click", "httpx", "starlette", "jinja2", "rich", "typer", "pydantic"}


def test_every_licence_is_permissive() -> None:
    allowed = ("MIT", "BSD", "Apache", "PSF")
    assert all(
        source.licence.startswith(allowed) and "GPL" not in source.licence for source in read_sources()
    )


def test_a_function_of_both_sides_is_held_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = [Source("seen", "1", "MIT"), Source("unseen", "1", "MIT", held_out=True)]
    for number, source in enumerate(table):
        (tmp_path / source.name).mkdir()
        (tmp_path / source.name / "module.py").write_text(SHARED + "\n\n" + OWN.format(number))
    monkeypatch.setattr(sources, "read_sources", lambda: table)
    monkeypatch.setattr(sources, "fetch_wheels", lambda table, folder: None)
    monkeypatch.setattr(sources, "locate_source", lambda source, folder: tmp_path / source.name)
    assert build_corpus(tmp_path) == {"unseen": 2, "seen": 1}
    trained = {function.text for function in load_corpus(tmp_path, held_out=False)}
    held_out = {function.text for function in load_corpus(tmp_path, held_out=True)}
    assert SHARED.strip() in held_out
    assert trained.isdisjoint(held_out)


def test_vendored_copies_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "_vendor").mkdir()
    (tmp_path / "_vendor" / "module.py").write_text(SHARED)
    assert list(extract_project("any", tmp_path)) == []


def test_functions_are_dedented_and_short() -> None:
    long = "def long_function(x):\n" + "    x += 1\n" * MAX_LINES
    source = (
        f"class A:\n    @property\n    def method(self):\n        # why\n        return self.value\n\n{long}"
    )
    texts = {function.text for function in extract_source("any", source.encode())}
    assert "@property\ndef method(self):\n    # why\n    return self.value" in texts
    assert not any("long_function" in text for text in texts)


def test_roles_tell_parameters_from_variables() -> None:
    code = b"def find(items, key=None):\n    best = max(items, key=key)\n    return best.value\n"
    (function,) = extract_source("any", code)
    assert function.roles == {
        "find": "function",
        "items": "parameter",
        "key": "parameter",
        "best": "variable",
        "max": "name",
        "value": "attribute",
    }
