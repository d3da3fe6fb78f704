"""The corpus: where it comes from, that held-out projects stay apart, that no project drowns the others."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.training.corpus import sources
from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.corpus.languages import LANGUAGES
from specedit_lsp.training.corpus.origins import locate_project
from specedit_lsp.training.corpus.sources import (
    BLOCKS,
    Source,
    build_corpus,
    fair_size,
    load_corpus,
    read_sources,
    share_out,
)

SHARED = "def shared_helper(value):\n    result = value + 1\n    return result\n"
OWN = "def own_helper(value):\n    result = value * {}\n    return result\n"


def test_every_project_is_named_once() -> None:
    names = [source.name for source in read_sources()]
    assert len(names) == len(set(names))


def test_every_language_has_projects_that_are_never_trained_on() -> None:
    assert set(BLOCKS) == set(LANGUAGES)
    table = read_sources()
    for language in LANGUAGES:
        sides = Counter(source.held_out for source in table if language in source.languages)
        assert sides[True] >= 2, language
        assert sides[False] >= 4, language


def test_the_held_out_python_projects_stay_the_same() -> None:
    held_out = {source.name for source in read_sources() if source.held_out and "python" in source.languages}
    assert held_out == {"click", "httpx", "starlette", "jinja2", "rich", "typer", "pydantic"}


def test_every_licence_is_permissive() -> None:
    allowed = ("MIT", "BSD", "Apache", "PSF", "ISC", "BSL-1.0")
    for source in read_sources():
        assert source.licence.startswith(allowed), source.name
        assert "GPL" not in source.licence, source.name


def test_a_block_of_both_sides_is_held_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = [Source("seen", "1", "MIT"), Source("unseen", "1", "MIT", held_out=True)]
    for number, source in enumerate(table):
        (tmp_path / source.name).mkdir()
        (tmp_path / source.name / "module.py").write_text(SHARED + "\n\n" + OWN.format(number))
    monkeypatch.setattr(sources, "read_sources", lambda: table)
    monkeypatch.setattr(sources, "locate_project", lambda origin, name, version, folder: tmp_path / name)
    assert build_corpus(tmp_path) == {("python", "unseen"): 2, ("python", "seen"): 1}
    trained = {block.text for block in load_corpus(tmp_path, held_out=False)}
    held_out = {block.text for block in load_corpus(tmp_path, held_out=True)}
    assert SHARED.strip() in held_out
    assert trained.isdisjoint(held_out)


@pytest.mark.parametrize(
    ("sizes", "total", "size"),
    [([5, 5], 100, 5), ([100, 100], 10, 5), ([1, 100, 100], 21, 10), ([], 10, 0), ([3, 4], 7, 4)],
)
def test_what_small_projects_leave_goes_to_the_large_ones(sizes: list[int], total: int, size: int) -> None:
    assert fair_size(sizes, total) == size
    assert sum(min(each, size) for each in sizes) <= total


def test_a_large_project_is_cut_down_evenly() -> None:
    blocks = [Block("large", "go", f"large {number}", {}) for number in range(100)]
    blocks += [Block("small", "go", f"small {number}", {}) for number in range(2)]
    kept = share_out(blocks, {"go": 12})
    assert Counter(block.project for block in kept) == {"large": 10, "small": 2}
    assert [block.text for block in kept if block.project == "large"] == [
        f"large {number}" for number in range(0, 100, 10)
    ]


def test_an_unpinned_version_says_which_row_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "no such version")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(FileNotFoundError, match=r"row of shelf in sources\.toml\nno such version"):
        locate_project("npm", "shelf", "1.0.0", tmp_path)
    assert not (tmp_path / "npm" / "shelf").exists()


def test_a_downloaded_archive_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def pack(command: list[str], cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        with tarfile.open(cwd / "shelf-1.0.0.tgz", "w:gz") as archive:
            entry = tarfile.TarInfo("package/index.js")
            entry.size = 2
            archive.addfile(entry, io.BytesIO(b"1;"))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pack)
    for _ in range(2):
        root = locate_project("npm", "@scope/shelf", "1.0.0", tmp_path)
        assert (root / "package" / "index.js").read_text() == "1;"
    assert [command[-1] for command in calls] == ["@scope/shelf@1.0.0"]


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package is not installed"):
        locate_project("installed", "no_such_package", "1", Path())
