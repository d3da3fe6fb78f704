"""Patches, applied by the real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from specedit_lsp.client.patch import NoTextPatch, encode_patch, path_in_patch, unified_diff
from specedit_lsp.client.source_file import SourceFile

CHANGES = {
    "plain.py": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "windows.py": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nnew\r\nc\r\n"),
    "mixed ends.txt": (b"a\r\nb\nc\rd\n", b"a\r\nB\nc\rD\n"),
    "no newline.py": (b"a\nb", b"a\nc"),
    "newline comes.py": (b"a", b"a\n"),
    "newline goes.py": (b"a\nb\n", b"a\nb"),
    "grows.py": (b"a\nz\n", b"a\nb\nc\nd\nz\n"),
    "shrinks.py": (b"a\nb\nc\nz\n", b"z\n"),
    "odd \u2028 characters.txt": ("x\f\x85y\n\u2028z\n".encode(), "x\f\x85Y\n\u2028z\n".encode()),
    "folder with spaces/größe 価格.py": ("é\n".encode(), "è\n".encode()),
    'quote"back\\slash\ttab.py': (b"a\n", b"b\n"),
    "marked.py": (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    "latin.py": (b"# coding: latin-1\n# \xe9\n", b"# coding: latin-1\n# \xe8\n"),
    "same.py": (b"a\n", b"a\n"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, (before, _) in CHANGES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(before)
    return tmp_path


def patch_of(path: Path, after: bytes) -> bytes:
    source = SourceFile.read(path)
    return encode_patch(source, after.decode(source.encoding))


@pytest.mark.parametrize("inside", [True, False])
def test_git_applies_all_files_of_one_patch(here: Path, inside: bool) -> None:
    if inside:
        subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    patch = b"".join(patch_of(Path(name), after) for name, (_, after) in CHANGES.items())
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=here, check=True)
    assert {name: (here / name).read_bytes() for name in CHANGES} == {
        name: after for name, (_, after) in CHANGES.items()
    }
    subprocess.run(["git", "apply", "-R", "--whitespace=nowarn", "-"], input=patch, cwd=here, check=True)
    assert (here / "plain.py").read_bytes() == b"a\nb\nc\n"


def test_paths_are_seen_from_here(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert path_in_patch(here / "plain.py") == "plain.py"
    assert path_in_patch(Path("folder with spaces/../plain.py")) == "plain.py"
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a.py"
    assert path_in_patch(elsewhere) == elsewhere.as_posix().lstrip("/")


def test_a_name_with_spaces_ends_at_a_tab() -> None:
    """GNU patch would take its first word for the name."""
    old, new = unified_diff("a\n", "b\n", "with spaces.py").splitlines()[:2]
    assert (old, new) == ("--- a/with spaces.py\t", "+++ b/with spaces.py\t")
    assert unified_diff("a\n", "b\n", "plain.py").startswith("--- a/plain.py\n+++ b/plain.py\n")


def test_nothing_changed_is_no_patch() -> None:
    assert unified_diff("a\n", "a\n", "x") == ""


def test_a_patch_says_where_the_final_newline_is_missing() -> None:
    patch = unified_diff("a\nb", "a\nc", "x").splitlines()
    assert patch.count("\\ No newline at end of file") == 2


def test_utf16_has_no_patch(tmp_path: Path) -> None:
    with pytest.raises(NoTextPatch, match="--apply"):
        encode_patch(SourceFile(tmp_path / "a.cs", "\ufeffa", "utf-16-le"), "\ufeffb")
