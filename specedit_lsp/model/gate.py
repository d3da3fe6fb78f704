"""Whether this device keeps the promise of canonical shape: a token's bits do not depend on its company."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, replace

import torch

from specedit_lsp.model.attention import NAME
from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.kernel_dependence import find_kernel_dependence
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.packing import PackedLinear
from specedit_lsp.model.parallel.leading import lead
from specedit_lsp.model.shape import FEWEST_ROWS, INVARIANT, Shape, choose_shape

_BEYOND = 16
"""Tokens behind those that fill one forward."""
_FEW = 8
"""Pieces of a token or a few."""
_SMALLEST_SHARE = 8
"""Rows of a branch: fewer are not worth one."""


def find_row_dependence(loaded: LoadedModel, shape: Shape, bucket: int, branches: int = 1) -> float:
    """Return by how much logits change, at most, when the rows of a forward change places and company.

    0.0 means that they are bitwise equal. The same tokens are computed several times: in as few forwards as
    possible, then in pieces of random length, short ones and long ones, with random tokens behind each and
    in any of so many ``branches``, the others of which are random too. For an invariant shape its kernels are
    looked at one by one as well, since all together show only what makes a difference to few tokens.
    """
    with lead(loaded.followers, "prove", asdict(shape), bucket, branches), torch.inference_mode():
        return _find_row_dependence(loaded, shape, bucket, branches)


def _find_row_dependence(loaded: LoadedModel, shape: Shape, bucket: int, branches: int) -> float:
    dice = random.Random(0)
    length = min(shape.rows + _BEYOND, bucket - shape.rows)
    tokens = [dice.randrange(loaded.vocabulary_size) for _ in range(length)]
    expected = _compute(loaded, shape, bucket, tokens, [shape.rows] * length, 1, dice)
    worst = find_kernel_dependence(loaded) if shape.invariant else 0.0
    # In an invariant shape long pieces come with fewer branches.
    share = shape.rows if shape.invariant else shape.rows // branches
    for longest in (min(4, share), share):
        pieces = [dice.randint(1, longest) for _ in tokens]
        if shape.invariant:
            # With as few rows as these a large model takes long to come to the end.
            pieces[_FEW:] = [dice.randint(1, share) for _ in pieces[_FEW:]]
        found = _compute(loaded, shape, bucket, tokens, pieces, branches, dice)
        worst = max(worst, float((found - expected).abs().max()))
    return worst


def prove_shape(loaded: LoadedModel) -> tuple[Shape, float]:
    """Return the shape in which this device can be exact, and by how much it breaks that promise.

    The rows of a canonical shape are dealt to as many branches as proved to change no bit. A second value
    above 0.0 is that of :func:`find_row_dependence`: drafts may change what the model writes. Where forwards
    need not be padded to be exact, they are not.
    """
    shape = choose_shape(loaded.device, loaded.dtype)
    if not shape.canonical:
        return shape, 0.0
    bucket = shape.choose_bucket(2 * shape.rows, loaded.max_context)
    if _can_be_invariant(loaded) and not find_row_dependence(loaded, INVARIANT, bucket, INVARIANT.branches):
        return INVARIANT, 0.0
    worst = find_row_dependence(loaded, shape, bucket)
    branches = 1
    while not worst and shape.rows // (2 * branches) >= _SMALLEST_SHARE:
        if find_row_dependence(loaded, shape, bucket, 2 * branches):
            break
        branches *= 2
    return replace(shape, branches=branches), worst


def _can_be_invariant(loaded: LoadedModel) -> bool:
    """Whether all matrices of the model are packed, it attends by our function, and has some context."""
    model = loaded.model
    matrices = [
        weights
        for module in model.modules()
        if not isinstance(module, torch.nn.Embedding)
        for weights in module.parameters(recurse=False)
        if weights.ndim > 1
    ]
    return (
        loaded.dtype is torch.bfloat16
        and loaded.max_context >= 2 * INVARIANT.rows
        and model.config._attn_implementation == NAME
        and any(isinstance(module, PackedLinear) for module in model.modules())
        and not matrices
    )


def _compute(
    loaded: LoadedModel,
    shape: Shape,
    bucket: int,
    tokens: Sequence[int],
    pieces: Sequence[int],
    branches: int,
    dice: random.Random,
) -> torch.Tensor:
    """Logits of all tokens, computed in pieces with random tokens behind each.  [tokens, vocabulary]"""
    cache = KVCache(loaded.device)
    cache.reserve(bucket)
    forward = CanonicalForward(loaded, cache, shape)
    logits: list[torch.Tensor] = []
    done = 0
    for piece in pieces:
        new = tokens[done : done + piece]
        if not new:
            break
        hands, share, visible = branches, shape.rows // branches, bucket
        if shape.invariant:
            hands = 1 << dice.randrange(min(branches, shape.rows // len(new)).bit_length())
            share = min(max(len(new) + dice.randint(0, 3), FEWEST_ROWS // hands), shape.rows // hands)
            visible = shape.choose_bucket(done + share, bucket)
        company = [dice.randrange(loaded.vocabulary_size) for _ in range(hands * share)]
        ids = torch.tensor(company, device=loaded.device).view(hands, share)
        mine = dice.randrange(hands)
        ids[mine, : len(new)] = torch.tensor(new, device=loaded.device)
        start = torch.tensor([done], device=loaded.device)
        found = forward.compute_logits(ids, start, visible).view(*ids.shape, -1)
        logits.append(found[mine, : len(new)].float())
        if hands > 1:
            cache.adopt(hands, visible, mine, done + torch.arange(share, device=loaded.device))
        done += len(new)
    return torch.cat(logits)
