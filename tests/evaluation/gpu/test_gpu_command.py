"""`specedit bench gpu` where there is no GPU: a trial, and a page that says what was not run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.evaluation.gpu.parts import FULL


@pytest.fixture(autouse=True)
def _without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def test_without_a_gpu_the_report_is_a_trial_that_names_all_that_was_not_run(tmp_path: Path) -> None:
    call = ["bench", "gpu", "--parts", "tiny card", "--report", str(tmp_path)]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    page = (tmp_path / "gpu.md").read_text()
    assert page in result.output
    assert "A trial of the report" in page
    assert "float32 matrix product" in page
    for part in FULL:
        assert f"- {part.name}: everything: there is no GPU that PyTorch can use" in page
    figures = json.loads((tmp_path / "gpu.json").read_text())
    assert figures["trial"] is True
    assert [row["what"] for row in figures["findings"] if row["kind"] == "Ceiling"] == [
        "copy",
        "bfloat16",
        "float32",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--parts", "8B"], "there is no part '8B'; there are tiny card"),
        (["--edits", "nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["--tokenizer", "nowhere"], "nowhere"),
    ],
)
def test_wrong_arguments_are_named_before_anything_runs(
    options: list[str], message: str, tmp_path: Path
) -> None:
    report = tmp_path / "report"
    result = CliRunner(env={"COLUMNS": "300", "TERM": "dumb"}).invoke(
        app, ["bench", "gpu", "--report", str(report), *options]
    )
    assert result.exit_code == 2
    assert message in result.output
    assert not report.exists()
