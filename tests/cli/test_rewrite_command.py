"""`specedit rewrite`, as scripts use it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.cli.report import unified_diff
from specedit_lsp.cli.source_file import FileChanged, SourceFile
from tests.conftest import FUNCTION, RENAME

FILE = f"import os\n\n\n{FUNCTION}\n\nprint(os.sep)\n"


def specedit(
    *arguments: str | Path, stdin: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specedit_lsp", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=100,
        check=False,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.py"
    path.write_text(FILE)
    return path


def test_the_patch_applies(shop: Path) -> None:
    run = specedit("rewrite", "shop.py", "--lines", "4:12", "-i", RENAME, "--diff", cwd=shop.parent)
    assert run.returncode == 0, run.stderr
    assert shop.read_text() == FILE
    git = ["git", "apply", "-"]
    subprocess.run(git, input=run.stdout, text=True, cwd=shop.parent, check=True)
    assert shop.read_text() != FILE
    assert shop.read_text().startswith("import os\n\n\ndef ")
    assert shop.read_text().endswith("\n\n\nprint(os.sep)\n")


def test_apply_and_json_with_the_instruction_from_stdin(shop: Path) -> None:
    shop.chmod(0o754)
    run = specedit(
        "rewrite", shop, "--range", "4:1-13:1", "--instruction", "-", "--apply", "--json", stdin=RENAME + "\n"
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["outcome"] == "done"
    assert answer["applied"] is True
    assert shop.read_text() == FILE.replace(FUNCTION, answer["text"]) != FILE
    assert answer["stats"]["forwards"] < answer["stats"]["outputTokens"]
    assert stat.S_IMODE(shop.stat().st_mode) == 0o754
    assert [path.name for path in shop.parent.iterdir()] == ["shop.py"]


def test_without_options_the_diff_is_shown_and_the_file_stays(shop: Path) -> None:
    run = specedit("rewrite", shop, "--lines", "4:12", "-i", RENAME)
    assert run.returncode == 0, run.stderr
    assert "-    result = 0" in run.stdout
    assert "tokens per forward" in run.stderr
    assert shop.read_text() == FILE


def test_a_model_that_is_not_there_fails_with_words(shop: Path) -> None:
    run = specedit("rewrite", shop, "--lines", "4:12", "-i", RENAME, "--json", "--model", "/no/such/model")
    assert run.returncode == 1
    assert json.loads(run.stdout)["reason"] == "modelUnusable"
    assert run.stderr.startswith("specedit: ")
    assert "/no/such/model" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lines", "4"], "Missing option"),
        (["--lines", "0:3", "-i", "x"], "lines 1 to 15"),
        (["--lines", "9:99", "-i", "x"], "lines 1 to 15"),
        (["--lines", "9:3", "-i", "x"], "A may not be above B"),
        (["--lines", "a:b", "-i", "x"], "not of the form A:B"),
        (["--range", "1-2", "-i", "x"], "not of the form L:C-L:C"),
        (["--range", "2:1-99:1", "-i", "x"], "lines 1 to 16"),
        (["--range", "3:1-1:1", "-i", "x"], "ends before it starts"),
        (["--lines", "1:2", "--range", "1:1-2:1", "-i", "x"], "not both"),
        (["--lines", "1:2", "-i", "  "], "the instruction is empty"),
        (["--lines", "2:3", "-i", "x"], "the selection is empty"),
        (["--lines", "1:1", "-i", "x", "--diff", "--json"], "either --diff or --json"),
        (["--lines", "1:1", "-i", "x", "--sources", "guess"], "Input should be 'rewrite', 'selection'"),
    ],
)
def test_wrong_arguments_are_named(shop: Path, arguments: list[str], words: str) -> None:
    run = specedit("rewrite", shop, *arguments)
    assert run.returncode == 2
    assert words in " ".join(run.stderr.replace("│", "").split())
    assert shop.read_text() == FILE


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"caf\xe9 = 1\n", "not UTF-8")])
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "file.py"
    if content is not None:
        path.write_bytes(content)
    run = specedit("rewrite", path, "-i", "x")
    assert run.returncode == 2
    assert words in " ".join(run.stderr.replace("│", "").split())


def select(text: str, lines: str = "", span: str = "") -> str:
    start, end = SourceFile(Path("x.py"), text).select(lines, span)
    return text[start:end]


@pytest.mark.parametrize(
    ("lines", "span", "selected"),
    [
        ("", "", "one\r\n\ftwo\nthree"),
        ("1", "", "one"),
        ("2:3", "", "\ftwo\nthree"),
        ("", "1:2-2:3", "ne\r\n\ft"),
        ("", "3:1-3:99", "three"),
    ],
)
def test_what_lines_and_ranges_select(lines: str, span: str, selected: str) -> None:
    assert select("one\r\n\ftwo\nthree", lines, span) == selected


def test_writing_keeps_bytes_that_nobody_changed(tmp_path: Path) -> None:
    path = tmp_path / "bom.py"
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    source = SourceFile.read(path)
    source.write(source.text.replace("1", "2"))
    assert path.read_bytes() == b"\xef\xbb\xbfx = 2\r\n"


def test_a_file_that_somebody_else_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("a")
    source = SourceFile.read(path)
    path.write_text("b")
    with pytest.raises(FileChanged, match="changed by somebody else"):
        source.write("c")
    assert path.read_text() == "b"


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("a")
    link = tmp_path / "link.py"
    link.symlink_to("real.py")
    SourceFile.read(link).write("b")
    assert link.is_symlink()
    assert (tmp_path / "real.py").read_text() == "b"


def test_a_patch_says_where_the_final_newline_is_missing() -> None:
    patch: Any = unified_diff("a\nb", "a\nc", "x").splitlines()
    assert patch.count("\\ No newline at end of file") == 2
