"""`specedit bench warm` with a model that is asked in the words of a real one: the instruction comes last."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from specedit_lsp.cli.bench_warm import describe
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.warm_prefill import measure_warm
from specedit_lsp.model.checkpoint import BUNDLED, find_folder
from specedit_lsp.settings import Settings
from specedit_lsp.worker.engine.model_engine import ModelEngine

FUNCTION = "def area(width, height):\n    result = width * height\n    return result\n"
CASES = [
    EditCase("one", "python", "rename result to total", FUNCTION, "", context_before="import math\n" * 10),
    EditCase("empty", "python", "rename result to total", " ", ""),
]


def load(folder: Path) -> ModelEngine:
    settings = Settings.model_validate({"model": {"path": str(folder), "device": "cpu"}})
    return ModelEngine.load(settings, lambda percent: None)


@pytest.fixture
def instruction_last(tmp_path: Path) -> ModelEngine:
    folder = tmp_path / "model"
    shutil.copytree(find_folder(BUNDLED), folder)
    (folder / "specedit.json").write_text(json.dumps({"profile": "completion"}))
    return load(folder)


def test_most_of_the_prompt_is_read_before_the_instruction_is_known(instruction_last: ModelEngine) -> None:
    (edit,) = measure_warm(instruction_last, CASES, repeats=1)
    assert edit.id == "one", "what the engine refuses is left out"
    assert 0.6 * edit.prompt_tokens < edit.read_ahead < edit.prompt_tokens
    assert edit.cold_seconds > 0 < edit.warm_seconds
    assert f"{edit.read_ahead} of {edit.prompt_tokens} prompt tokens" in describe([edit], "a model")


def test_a_prompt_that_begins_with_the_instruction_has_nothing_to_read_ahead() -> None:
    (edit,) = measure_warm(load(find_folder(BUNDLED)), CASES[:1], repeats=1)
    assert edit.read_ahead <= 1
