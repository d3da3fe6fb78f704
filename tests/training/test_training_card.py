"""The model card: figures of this very model on the whole set, or none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from specedit_lsp.training.card import UNMEASURED, add_figures, hash_file, write_card
from specedit_lsp.training.quality_set import QUALITY_SET

STEPS = [
    {"loss": 0.7, "tokens": 1_000_000, "elapsed": 60.0, "longest": 224},
    {"exact": 0.5, "tokens": 2_000_000},
    {"loss": 0.1, "tokens": 12_340_000, "elapsed": 5400.0, "longest": 1200},
]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """An exported model of 1.5 million weights."""
    folder = tmp_path / "model"
    folder.mkdir()
    save_file({"weight": torch.zeros(1500, 1000, dtype=torch.float16)}, folder / "model.safetensors")
    return folder


@pytest.fixture
def run(tmp_path: Path, model: Path) -> Path:
    """A run with its log, and a report on that model."""
    folder = tmp_path / "mini"
    folder.mkdir()
    write_log(folder, *STEPS)
    write_report(folder, model)
    (folder / "quality.md").write_text("| rename | 9 of 10 |\n")
    (folder / "quality.svg").write_text("<svg/>")
    return folder


def write_log(folder: Path, *rows: object) -> None:
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_report(folder: Path, model: Path, **changes: object) -> None:
    report = {
        "weights_sha256": hash_file(model / "model.safetensors"),
        "set_sha256": hash_file(QUALITY_SET),
        "edits": 10,
        "edits_in_set": 10,
    }
    (folder / "quality.json").write_text(json.dumps(report | changes))


def test_a_model_that_was_not_measured_has_no_figures(run: Path, model: Path) -> None:
    write_card(run, model)
    card = (model / "README.md").read_text()
    assert UNMEASURED in card
    assert "rename | 9" not in card
    assert "1.5 M parameters" in card
    assert "12.3 M tokens in 90 minutes" in card
    assert "up to 1,200\ntokens together" in card
    assert "| click | " in card


def test_the_card_takes_tables_and_chart_of_the_report(run: Path, model: Path) -> None:
    add_figures(run, model)
    card = (model / "README.md").read_text()
    assert "| rename | 9 of 10 |" in card
    assert "(quality.svg)" in card
    assert (model / "quality.svg").read_text() == "<svg/>"
    assert UNMEASURED not in card


def test_the_card_says_how_the_run_began(run: Path, model: Path) -> None:
    write_log(run, {"device": "cpu", "processes": 2, "started_from": "mini-0.1"}, *STEPS)
    write_card(run, model)
    card = (model / "README.md").read_text()
    assert (
        "2 processes with averaged gradients on processor cores. It began with the weights of mini-0.1."
        in card
    )


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"weights_sha256": "0"}, "another model"),
        ({"set_sha256": "0"}, "not about the whole of"),
        ({"edits": 9}, "not about the whole of"),
    ],
)
def test_figures_of_something_else_are_refused(
    run: Path, model: Path, changes: dict[str, object], complaint: str
) -> None:
    write_report(run, model, **changes)
    with pytest.raises(ValueError, match=complaint):
        add_figures(run, model)
    assert not (model / "README.md").exists()


def test_without_a_report_the_command_for_one_is_named(run: Path, model: Path) -> None:
    (run / "quality.json").unlink()
    with pytest.raises(ValueError, match="specedit bench quality --model"):
        add_figures(run, model)
