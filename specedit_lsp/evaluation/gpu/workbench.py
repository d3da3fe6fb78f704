"""What a step of the report works with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from specedit_lsp.evaluation.gpu.deadline import Deadline
from specedit_lsp.evaluation.gpu.findings import Journal, LeftOut
from specedit_lsp.evaluation.gpu.parts import Part
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.shape import Shape

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Subject:
    """A model to measure."""

    loaded: LoadedModel
    shape: Shape
    """In which the engine runs it on this device: canonical, with as many branches as proved to be exact."""
    precision: str
    """Of its weights, by name."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """A part under way."""

    part: Part
    device: torch.device
    tokenizer: PreTrainedTokenizerBase
    journal: Journal
    deadline: Deadline
    edits: Path | None = None
    """A file of edits to replay besides those that are made."""

    @property
    def dtype(self) -> torch.dtype:
        """The precision of this part."""
        dtype: torch.dtype = getattr(torch, self.part.precision)
        return dtype

    def is_over(self, *what: str) -> bool:
        """Whether the time is over; if so, note what could not be run for it."""
        if not self.deadline.passed:
            return False
        for each in what:
            self.journal.add(LeftOut(self.part.name, each, "the time of this part was over"))
        return True
