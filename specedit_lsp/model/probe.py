"""Whether a model still says the same after something in it was replaced."""

from __future__ import annotations

import torch
from transformers import PreTrainedModel

_TOLERANCE = 1e-2
"""Between two right computations of the same logits, as a part of the largest. In half precision they
differ that much; something that is not the same differs by far more."""
_ROWS = 6


@torch.inference_mode()
def probe(model: PreTrainedModel, group: int) -> torch.Tensor:
    """Return the logits of a few tokens of which each sees those before it but one.  [rows, vocabulary]

    ``group`` is that of :func:`specedit_lsp.model.attention.widen`.
    """
    ids = torch.arange(1, 1 + _ROWS, device=model.device)[None]
    mask = torch.zeros(_ROWS, _ROWS, dtype=model.dtype, device=model.device)
    hidden = torch.ones_like(mask).triu(1).bool()
    hidden[2:, 1] = True
    hidden.fill_diagonal_(False)
    mask.masked_fill_(hidden, torch.finfo(model.dtype).min)
    positions = torch.arange(_ROWS, device=model.device)[None]
    wide = mask.repeat(group, 1)[None, None]
    output = model(ids, attention_mask=wide, position_ids=positions, use_cache=False)
    logits: torch.Tensor = output.logits[0].float()
    return logits


def agree(found: torch.Tensor, expected: torch.Tensor) -> bool:
    """Whether two results of :func:`probe` differ by rounding alone."""
    return bool((found - expected).abs().max() <= _TOLERANCE * expected.abs().max())
