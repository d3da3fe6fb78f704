"""More than two ranks: the order in which their parts are added up must not depend on a row's place."""

from __future__ import annotations

from pathlib import Path

from transformers import AutoTokenizer

from specedit_lsp.model.gate import prove_shape
from tests.model.split_models import settings_of, split_model, write_checkpoint


def test_the_gate_finds_no_dependence(template: Path, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, "llama", AutoTokenizer.from_pretrained(template), key_heads=4)
    with split_model(settings_of(folder, "bfloat16", ranks=4)) as loaded:
        shape, worst = prove_shape(loaded)
    assert shape.canonical
    assert shape.branches > 1
    assert worst == 0.0
