"""`specedit rewrite`, as scripts use it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
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
        (["--lines", "4"], "the instruction is empty"),
        (["--lines", "0:3", "-i", "x"], "lines 1 to 15"),
        (["--lines", "9:99", "-i", "x"], "lines 1 to 15"),
        (["--lines", "9:3", "-i", "x"], "A may not be above B"),
        (["--lines", "a:b", "-i", "x"], "not of the form A:B"),
        (["--range", "1-2", "-i", "x"], "not of the form L:C-L:C"),
        (["--range", "2:1-99:1", "-i", "x"], "lines 1 to 16"),
        (["--range", "3:1-1:1", "-i", "x"], "ends before it starts"),
        (["--from", "list.jsonl", "-i", "x"], "one of the two"),
        (["shop.py", "--lines", "1", "-i", "x"], "go with one file"),
        (["--lines", "1:2", "--range", "1:1-2:1", "-i", "x"], "not both"),
        (["--lines", "1:2", "-i", "  "], "the instruction is empty"),
        (["--lines", "2:3", "-i", "x"], "the selection is empty"),
        (["--lines", "1:1", "-i", "x", "--diff", "--json"], "either --diff or --json"),
        (["--lines", "1:1", "-i", "x", "--worker", "https://a.b", "--model", "m"], "--worker or --model"),
        (["--lines", "1:1", "-i", "x", "--settings", "/no/such.json"], "/no/such.json"),
        (["--lines", "1:1", "-i", "x", "--sources", "guess"], "Input should be 'rewrite', 'selection'"),
    ],
)
def test_wrong_arguments_are_named(shop: Path, arguments: list[str], words: str) -> None:
    # In this process: a dozen others would only load the same modules again.
    run = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, ["rewrite", str(shop), *arguments])
    assert run.exit_code == 2
    assert words in " ".join(run.stderr.replace("│", "").split())
    assert shop.read_text() == FILE


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    run = specedit("rewrite", tmp_path / "nowhere.py", "-i", "x")
    assert run.returncode == 2
    assert "cannot be read" in " ".join(run.stderr.replace("│", "").split())


def test_a_list_of_edits_is_one_patch_and_its_failures_come_last(tmp_path: Path) -> None:
    for name in ("one.py", "two words.py"):
        (tmp_path / name).write_bytes(FILE.replace("\n", "\r\n").encode())
    lines = [
        {"file": "one.py", "lines": "4:12"},
        {"file": "nowhere.py", "instruction": "add a docstring"},
        {"file": "two words.py", "range": "4:1-12:18", "instruction": RENAME},
        {"file": "one.py", "lines": "400"},
    ]
    (tmp_path / "edits.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    arguments = ("rewrite", "--from", "edits.jsonl", "-i", RENAME)
    run = specedit(*arguments, "--diff", cwd=tmp_path)
    assert run.returncode == 1
    assert [line.split(":")[0] for line in run.stderr.splitlines()] == ["specedit", "specedit"]
    assert "nowhere.py cannot be read" in run.stderr
    assert "one.py: lines 400:400: there are lines 1 to 15" in run.stderr

    run = specedit(*arguments, "--apply", "--dry-run", "--json", cwd=tmp_path)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert sorted(answer["outcome"] for answer in answers) == ["done", "done", "failed", "failed"]
    assert not any(answer.get("applied") for answer in answers)
    patches = [answer["diff"] for answer in answers if answer["outcome"] == "done"]
    git = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(git, input="".join(patches).encode(), cwd=tmp_path, check=True)
    applied = [(tmp_path / name).read_bytes() for name in ("one.py", "two words.py")]
    assert applied[0] == applied[1] != FILE.encode()
    assert applied[0].count(b"\r\n") == applied[0].count(b"\n")


def test_an_interrupt_leaves_each_file_whole(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.py" for number in range(12)]
    for path in paths:
        path.write_text(FUNCTION)
    # Without drafts it takes long enough to be interrupted.
    options = ["--instruction", RENAME, "--sources", "none", "--apply", "--json"]
    command = [sys.executable, "-m", "specedit_lsp", "rewrite", *map(str, paths), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=100)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    answers = [json.loads(line) for line in (first + rest).splitlines()]
    applied = {answer["file"] for answer in answers if answer["applied"]}
    assert 1 <= len(applied) < len(paths)
    assert {str(path) for path in paths if path.read_text() != FUNCTION} == applied
    assert sorted(tmp_path.iterdir()) == sorted(paths)
