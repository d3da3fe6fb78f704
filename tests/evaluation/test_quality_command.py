"""`specedit bench quality` with the bundled model."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from specedit_lsp.cli.app import app
from specedit_lsp.evaluation.quality_set import QualityEdit

BEFORE = "def f(items):\n    result = len(items)\n    return result"


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    """A rename that any model gets right, and one with an answer that none gives."""
    path = tmp_path / "edits.jsonl"
    rows = [
        QualityEdit(
            id=name,
            kind=name,
            language="python",
            instruction="rename result to total",
            before=BEFORE,
            after=after,
            lines=3,
            band="1-5",
            project="sample",
        )
        for name, after in (("rename", BEFORE.replace("result", "total")), ("riddle", "print('sphinx')"))
    ]
    path.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows))
    return path


def run(*arguments: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(app, ["bench", "quality", *map(str, arguments)])
    assert done.exit_code == status, done.output
    return done


def test_the_report_is_written_and_printed(edits: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    printed = json.loads(run("--set", edits, "--json", "--report", folder).stdout)
    assert json.loads((folder / "quality.json").read_text()) == printed
    assert [(kind["all"]["name"], kind["python"]["exact"]) for kind in printed["kinds"]] == [
        ("rename", 1),
        ("riddle", 0),
    ]
    assert printed["model"] == "specedit-mini"
    assert len(printed["weights_sha256"]) == len(printed["set_sha256"]) == 64
    assert printed["edits"] == printed["edits_in_set"] == 2
    assert "| rename | 1 of 1 | 100.0% |" in (folder / "quality.md").read_text()
    assert (folder / "quality.svg").read_text().startswith("<svg")


def test_the_tables_fit_a_pipe(edits: Path) -> None:
    printed = run("--set", edits, "--kinds", "rename", "--languages", "python").stdout
    assert "specedit-mini on 1 of the 2 held-out edits" in printed
    assert all(name in printed for name in ("all edits", "1-5 lines", "lines left alone", "rename"))
    assert "riddle" not in printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--kinds", "telepathy"), "telepathy"),
        (("--languages", "klingon"), "klingon"),
        (("--set", "no/such/file"), "no/such/file"),
        (("--limit", "1", "--model", "no/such/model"), "no/such/model"),
    ],
)
def test_what_is_wrong_is_named(arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in run(*arguments, status=2).stderr.replace("\n│ ", "")
