"""Everything a run needs to go on where it stopped."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer

from specedit_lsp.training.plan import Plan


@dataclass
class Progress:
    """Where a run stands; times are seconds of training, over all its parts."""

    step: int = 0
    group: int = 0
    longest: int = 0
    tokens: int = 0
    elapsed: float = 0.0
    saved: float = 0.0
    checked: float = 0.0


def save_checkpoint(
    path: Path, plan: Plan, model: nn.Module, optimizers: Sequence[Optimizer], progress: Progress
) -> None:
    """Write a checkpoint such that a crash leaves the old file or the new one."""
    state = {
        "plan": asdict(plan),
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": asdict(progress),
    }
    torch.save(state, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def load_checkpoint(path: Path, model: nn.Module, optimizers: Sequence[Optimizer], device: str) -> Progress:
    """Restore the model and the optimizers in place; return where the run stood."""
    state = torch.load(path, map_location=device)
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return Progress(**state["progress"])
