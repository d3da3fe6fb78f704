"""Weights of fewer bits, as exact with drafts as without. Run by scripts/test_quantization.

Not with the other tests: transformers imports torchao wherever it is installed, and that is slow.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.evaluation.audit.compare import ALL, GENERATE
from specedit_lsp.model.checkpoint import BUNDLED, find_folder
from specedit_lsp.model.faults import UnsupportedModel
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import ModelSettings

TOKENS = random.Random(3).choices(range(257), k=30)


def load(folder: Path, quantization: str) -> LoadedModel:
    settings = {"path": str(folder), "device": "cpu", "quantization": quantization}
    return load_model(ModelSettings.model_validate(settings))


def test_int8_has_few_values_left_in_a_row_of_weights() -> None:
    quantised = load(find_folder(BUNDLED), "int8")
    weight = quantised.model.model.layers[0].mlp.up_proj.weight.dequantize()
    plain = load(find_folder(BUNDLED), "none").model.model.layers[0].mlp.up_proj.weight.to_dense()
    assert all(len(row.unique()) <= 2**8 for row in weight)
    assert len(weight.unique()) > 2**8
    assert 0 < (weight - plain).abs().max() < plain.abs().max() / 100


def test_guesses_change_nothing_in_a_quantised_model() -> None:
    loaded = load(find_folder(BUNDLED), "int8")
    alone = ModelRunner(loaded)
    expected = [alone.forward([token])[0] for token in TOKENS]
    together = ModelRunner(loaded).forward(TOKENS[:1], TOKENS[1:])
    assert together == expected


def test_an_audit_names_the_bits_and_agrees_with_transformers(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"model": {"quantization": "int8", "device": "cpu"}}')
    done = CliRunner().invoke(app, ["audit", "--settings", str(settings), "--limit", "4", "--json"])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert "int8" in printed["device"]
    ways = {way["way"]: way for way in printed["ways"]}
    assert ways[ALL]["forwards"] < printed["forwards"]
    assert ways[GENERATE]["must_agree"]


def test_int4_is_refused_with_words_where_there_is_none() -> None:
    with pytest.raises(
        UnsupportedModel, match=r"cannot be quantised to int4 on cpu(?s:.*)model\.quantization"
    ):
        load(find_folder(BUNDLED), "int4")
