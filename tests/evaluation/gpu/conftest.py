"""A tiny model with random weights in bfloat16, and the bench that a part of the report is run on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from specedit_lsp.evaluation.gpu.deadline import Deadline
from specedit_lsp.evaluation.gpu.findings import Journal
from specedit_lsp.evaluation.gpu.parts import Part
from specedit_lsp.evaluation.gpu.shapes import TINY, load_random_model
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.shape import Shape

CPU = torch.device("cpu")


@pytest.fixture(scope="session")
def loaded(tokenizer: PreTrainedTokenizerBase) -> LoadedModel:
    """The model."""
    return load_random_model(TINY, torch.bfloat16, CPU, tokenizer)


@pytest.fixture(scope="session")
def subject(loaded: LoadedModel) -> Subject:
    """The model in a shape with few rows."""
    return Subject(loaded, Shape(rows=16, canonical=True, branches=2), "bfloat16")


@pytest.fixture
def make_bench(tokenizer: PreTrainedTokenizerBase, tmp_path: Path) -> Callable[..., Workbench]:
    """Build a bench for a part, with an empty journal and as much time as is said."""

    def make(part: Part, seconds: float = 60.0) -> Workbench:
        journal = Journal(tmp_path / "findings.jsonl")
        return Workbench(part, CPU, tokenizer, journal, Deadline.within(seconds))

    return make
