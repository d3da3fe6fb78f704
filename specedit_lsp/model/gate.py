"""Whether this device keeps the promise of canonical shape: a token's bits do not depend on its company."""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch

from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.shape import Shape

_BEYOND = 16
"""Tokens behind those that fill one forward."""


@torch.inference_mode()
def find_row_dependence(loaded: LoadedModel, shape: Shape, bucket: int) -> float:
    """Return by how much logits change, at most, when the rows of a forward change places and company.

    0.0 means that they are bitwise equal. The same tokens are computed several times: in as few forwards as
    possible, then in pieces of random length, short ones and long ones, with random tokens behind each.
    """
    dice = random.Random(0)
    length = min(shape.rows + _BEYOND, bucket - shape.rows)
    tokens = [dice.randrange(loaded.vocabulary_size) for _ in range(length)]
    expected = _compute(loaded, shape, bucket, tokens, [shape.rows] * length, dice)
    worst = 0.0
    for longest in (4, shape.rows):
        pieces = [dice.randint(1, longest) for _ in tokens]
        found = _compute(loaded, shape, bucket, tokens, pieces, dice)
        worst = max(worst, float((found - expected).abs().max()))
    return worst


def _compute(
    loaded: LoadedModel,
    shape: Shape,
    bucket: int,
    tokens: Sequence[int],
    pieces: Sequence[int],
    dice: random.Random,
) -> torch.Tensor:
    """Logits of all tokens, computed in pieces with random tokens behind each.  [tokens, vocabulary]"""
    cache = KVCache(loaded.device)
    cache.reserve(bucket)
    forward = CanonicalForward(loaded, cache, shape.rows)
    logits: list[torch.Tensor] = []
    done = 0
    for piece in pieces:
        new = tokens[done : done + piece]
        if not new:
            break
        company = [dice.randrange(loaded.vocabulary_size) for _ in range(shape.rows - len(new))]
        ids = torch.tensor([[*new, *company]], device=loaded.device)
        start = torch.tensor([done], device=loaded.device)
        logits.append(forward.compute_logits(ids, start, bucket)[: len(new)].float())
        done += len(new)
    return torch.cat(logits)
