"""How many rows a forward has and how many slots it sees: what keeps half precision exact."""

from __future__ import annotations

from dataclasses import dataclass

import torch

_SMALLEST_BUCKET = 1024
_STEP = 64
"""Slots by which what an invariant forward sees grows: kernels take keys in pieces of as many."""

FEWEST_ROWS = 2
"""Of an invariant forward: a row without company goes another way through wide layers."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of forwards.

    A *canonical* shape gives every forward of a sequence, prefill included, the same number of rows over the
    same number of slots; rows that are not needed are padded. The kernels then treat every token alike,
    whichever forward it came with and whatever came with it, so drafts cannot change a single bit. Where
    kernels are *invariant*, which must be proved, they do so without padding. In other shapes kernels are
    chosen by size, and in half precision close calls may fall differently.
    """

    rows: int
    """Most rows of a forward that reads a prompt; if canonical, the rows of every forward, or where that is
    invariant the most."""
    canonical: bool
    invariant: bool = False
    """Whether a canonical forward may have fewer rows, over the slots that it needs."""
    branches: int = 1
    """Most branches that the rows of a canonical forward may be dealt to, a power of two. Whether a device
    treats a row of one branch like a row of many must be proved, see :mod:`specedit_lsp.model.gate`."""

    def choose_bucket(self, tokens: int, most: int) -> int:
        """Return the slots to reserve for a sequence of ``tokens``, of ``most`` at the utmost.

        Sequences of similar length share a bucket, so that one may continue another.
        """
        if not self.canonical:
            return min(tokens, most)
        if self.invariant:
            # One more: where only one token has room left, padding keeps it company.
            return -(-min(tokens, most + FEWEST_ROWS - 1) // _STEP) * _STEP
        bucket = _SMALLEST_BUCKET
        while bucket < tokens + self.rows:
            bucket *= 2
        # A model's context and a forward's padding behind it, in the units that attention kernels like.
        return min(bucket, -(-(most + self.rows) // 128) * 128)


FREE = Shape(rows=512, canonical=False)
"""Forwards as long as they need be: exact in float32 on a CPU by its margin, and fastest there."""


INVARIANT = Shape(rows=128, canonical=True, invariant=True, branches=8)
"""Half precision on a processor whose kernels treat a row alike in any company."""


def choose_shape(device: torch.device, dtype: torch.dtype) -> Shape:
    """Return the shape in which this engine is exact.

    On a GPU as many rows as cost no more than one: what is left of them below the knee of its roofline,
    about 160 rows in half precision and 23 in float32 on an H200.
    """
    if device.type == "cpu":
        return FREE if dtype is torch.float32 else Shape(rows=32, canonical=True)
    return Shape(rows=32 if dtype is torch.float32 else 128, canonical=True)
