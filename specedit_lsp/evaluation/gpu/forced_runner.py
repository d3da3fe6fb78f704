"""A target model that is made to give a known answer, at the full price of its forwards."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import Shape


class ForcedForward(CanonicalForward):
    """Computes all that any forward does, and then exchanges the choices, on the device.

    Whether it does so is itself a number on the device: nothing of the forward is known to be in vain.
    """

    def __init__(self, loaded: LoadedModel, cache: KVCache, shape: Shape) -> None:
        super().__init__(loaded, cache, shape)
        self._device = loaded.device
        self._forced = torch.ones((), dtype=torch.bool, device=loaded.device)
        self._sequence = torch.zeros(shape.rows + 1, dtype=torch.long, device=loaded.device)

    def force(self, sequence: Sequence[int]) -> None:
        """Have the tokens follow each other as in ``sequence``; behind its end comes token 0."""
        padding = [0] * (self._shape.rows + 1)
        self._sequence = torch.tensor([*sequence, *padding], dtype=torch.long, device=self._device)

    def run(self, branches: Sequence[Sequence[int]], start: int, bucket: int) -> torch.Tensor:
        """Run a forward; return what follows each row in the sequence.  [branches, rows per branch]"""
        chosen = super().run(branches, start, bucket)
        following = self._sequence[start + 1 : start + 1 + chosen.shape[1]]
        return torch.where(self._forced, following.expand_as(chosen), chosen)


class ForcedRunner(ModelRunner):
    """Runs the target model in a canonical shape and has it say what it is told to.

    Rows behind a wrong guess get the sequence's tokens as well; nobody looks at those.
    """

    def __init__(self, loaded: LoadedModel, shape: Shape) -> None:
        super().__init__(loaded, shape)
        self._canonical: ForcedForward = ForcedForward(loaded, self._cache, shape)

    def force(self, sequence: Sequence[int]) -> None:
        """Have prompt and answer be ``sequence``, token for token."""
        self._canonical.force(sequence)

    def warm_up(self, tokens: Sequence[int]) -> None:
        """Have the forwards ready that sequences of so many tokens each are going to take."""
        # The longest first: what was recorded over smaller buffers would be dropped.
        for limit in sorted(tokens, reverse=True):
            self.cut(0)
            self.begin((), limit)
            self.forward([0])
            branches = 2
            while branches <= self.shape.branches:
                self.forward_branches(0, [[0]] * branches)
                self.keep_branch(0, [])
                branches *= 2
        self.cut(0)
