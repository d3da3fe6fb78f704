"""Keys and values of one sequence: one buffer for each layer, one place in it shared by all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

_GROWTH = 256
"""Capacities are multiples of this, so that a sequence that grows is not copied for every forward."""


@dataclass(slots=True)
class Place:
    """Where the next forward writes and how far it sees; the same for every layer."""

    slots: torch.Tensor
    """Slots of the buffers that the rows of the forward go to.  [rows]"""
    visible: int
    """Slots that the forward attends to, its own among them; what a row must not see, its mask says."""
    capacity: int = 0
    """Slots that the buffers have or get."""


class KVLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """One layer's buffers. Their slots are the positions of the sequence."""

    is_croppable = True
    keys: torch.Tensor  # [1, heads, capacity, width]
    values: torch.Tensor  # [1, heads, capacity, width]

    def __init__(self, place: Place) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._place = place
        self._dealt: dict[tuple[int, int], tuple[torch.Tensor, torch.Tensor]] = {}
        """States of the last forward with so many branches and visible slots; none is in the buffers yet.
        A forward that was recorded writes to the same ones whenever it is replayed."""

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Make the buffers, once the first states show what they hold."""
        # Zeros: a slot that no row has written yet is masked, but a NaN in it would come through any mask.
        self.keys = self._make_buffer(key_states)
        self.values = self._make_buffer(value_states)
        self.is_initialized = True

    def make_room(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Have buffers of the place's capacity, for states like these."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        elif self.keys.shape[2] < self._place.capacity:
            self.keys, self.values = self._enlarge(self.keys), self._enlarge(self.values)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write states ``[1, heads, rows, width]`` to the place; return all that is visible.

        States of several branches ``[branches, heads, rows, width]`` are written to a copy for each, in which
        every token has the slot that it would have alone; :meth:`adopt` takes one of them over.
        """
        place = self._place
        self.make_room(key_states, value_states)
        keys, values = self.keys[:, :, : place.visible], self.values[:, :, : place.visible]
        branches = len(key_states)
        if branches > 1:
            self._dealt[branches, place.visible] = key_states, value_states
            keys, values = (buffer.repeat(branches, 1, 1, 1) for buffer in (keys, values))
        keys.index_copy_(2, place.slots, key_states)
        values.index_copy_(2, place.slots, value_states)
        return keys, values

    def adopt(self, branches: int, visible: int, index: int, slots: torch.Tensor) -> None:
        """Write what branch ``index`` of the last such forward brought to ``slots`` [rows]."""
        keys, values = self._dealt[branches, visible]
        self.keys.index_copy_(2, slots, keys[index : index + 1])
        self.values.index_copy_(2, slots, values[index : index + 1])

    def drop_dealt(self) -> None:
        """Give the states of forwards with branches back, if none was recorded."""
        self._dealt.clear()

    def get_seq_length(self) -> int:
        """Slots that are visible; positions are always given, so nobody counts on it."""
        return self._place.visible

    def get_max_length(self) -> int:
        """No limit of its own."""
        return -1

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Length and offset of the keys; masks are always given, so nobody counts on it."""
        return self._place.visible, 0

    def _make_buffer(self, states: torch.Tensor) -> torch.Tensor:
        return states.new_zeros(1, states.shape[1], self._place.capacity, states.shape[3])

    def _enlarge(self, buffer: torch.Tensor) -> torch.Tensor:
        larger = self._make_buffer(buffer)
        larger[:, :, : buffer.shape[2]] = buffer
        return larger


class KVCache(Cache):
    """The cache of one sequence, as transformers' models want it: without copies, rolled back by a number."""

    def __init__(self, device: torch.device) -> None:
        self._place = Place(torch.zeros(0, dtype=torch.long, device=device), 0)
        # transformers makes a layer when it first meets one; it must know the place that all share.
        replicate = cast("type[CacheLayerMixin]", lambda: KVLayer(self._place))
        super().__init__(layer_class_to_replicate=replicate)

    @property
    def capacity(self) -> int:
        """Tokens that the buffers have room for, or will, once the first forward has made them."""
        return self._place.capacity

    @property
    def bytes(self) -> int:
        """Memory that the buffers take."""
        return sum(layer.keys.nbytes + layer.values.nbytes for layer in self._filled())

    def reserve(self, tokens: int) -> None:
        """Have room for ``tokens``; what is there stays there."""
        if tokens > self._place.capacity:
            self._place.capacity = -(-tokens // _GROWTH) * _GROWTH

    def aim(self, slots: torch.Tensor, visible: int) -> None:
        """Say where the rows of the next forward go, and how many slots it sees."""
        self._place.slots, self._place.visible = slots, visible

    def move(self, rows: torch.Tensor, start: int) -> None:
        """Put what is in the slots ``rows`` [count] into as many slots from ``start`` on."""
        end = start + len(rows)
        for layer in self._filled():
            for states in (layer.keys, layer.values):
                states[:, :, start:end] = states[:, :, rows]

    def adopt(self, branches: int, visible: int, index: int, slots: torch.Tensor) -> None:
        """Take over a branch: to ``slots``, from the last forward that had so many and saw so many slots."""
        for layer in self._filled():
            layer.adopt(branches, visible, index, slots)

    def drop_dealt(self) -> None:
        """Forget what forwards with branches brought, if none was recorded."""
        for layer in self._filled():
            layer.drop_dealt()

    @torch.inference_mode()
    def copy_from(self, other: KVCache, count: int) -> None:
        """Take over the first ``count`` tokens of another sequence through the same model."""
        self.reserve(count)
        for index, theirs in enumerate(other._filled()):
            if index == len(self.layers):
                self.layers.append(KVLayer(self._place))
            ours = cast("KVLayer", self.layers[index])
            ours.make_room(theirs.keys, theirs.values)
            ours.keys[:, :, :count] = theirs.keys[:, :, :count]
            ours.values[:, :, :count] = theirs.values[:, :, :count]

    def release(self) -> None:
        """Give the buffers back."""
        self.layers.clear()
        self._place.capacity = 0

    def _filled(self) -> list[KVLayer]:
        return [layer for layer in cast("list[KVLayer]", self.layers) if layer.is_initialized]
