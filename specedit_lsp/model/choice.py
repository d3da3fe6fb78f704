"""What a model would write: the greedy choice, with a mark where there is none."""

from __future__ import annotations

import torch


def choose(logits: torch.Tensor) -> torch.Tensor:
    """Return the argmax of each row of logits ``[rows, vocabulary]``, -1 where it is not finite.  [rows]"""
    best = logits.argmax(dim=-1)
    top = logits.gather(-1, best[:, None])[:, 0]  # NaN anywhere in a row is its argmax
    return best.where(top.isfinite(), -1)
