"""The cache of one sequence: what is taken over from another one."""

from __future__ import annotations

from typing import cast

import torch

from specedit_lsp.model.kv_cache import KVCache, KVLayer

CPU = torch.device("cpu")


def filled(tokens: int) -> tuple[KVCache, torch.Tensor]:
    """A cache that holds so many tokens, and their states."""
    cache, states = KVCache(CPU), torch.randn(1, 2, tokens, 4)
    cache.reserve(tokens)
    cache.aim(torch.arange(tokens), tokens)
    cache.update(states, -states, 0)
    return cache, states


def test_a_small_cache_takes_over_more_than_it_has_room_for() -> None:
    small, _ = filled(10)
    large, states = filled(700)
    small.copy_from(large, 600)
    layer = cast("KVLayer", small.layers[0])
    assert torch.equal(layer.keys[:, :, :600], states[:, :, :600])
    assert torch.equal(layer.values[:, :, :600], -states[:, :, :600])
