"""Forwards in which a row's bits depend on no other: of one shape all of them, or by invariant kernels."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import torch

from specedit_lsp.model.attention import widen
from specedit_lsp.model.choice import choose
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.model.shape import FEWEST_ROWS, Shape

logger = logging.getLogger(__name__)

Forward = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""From ids [branches, share] and the slot of the first [1], both on the device, to choices of that shape and
the logits [rows, vocabulary] behind them."""


class CanonicalForward:
    """The model over a cache, ``rows`` tokens at a time. Rows without a token are padded, unless the shape is
    invariant.

    Padding lies behind the tokens: no token sees it, and the next forward writes over it. On a GPU forwards
    are recorded as CUDA graphs, unless the model is split over several.
    """

    def __init__(self, loaded: LoadedModel, cache: KVCache, shape: Shape) -> None:
        self._loaded = loaded
        self._cache = cache
        self._shape = shape
        self._recorded: dict[tuple[int, int], Forward] = {}
        """By bucket and number of branches."""
        self._capacity = 0
        self.logits: torch.Tensor | None = None
        """Of the last forward  [rows, vocabulary]; the next one may write over them."""

    def run(self, branches: Sequence[Sequence[int]], start: int, bucket: int) -> torch.Tensor:
        """Write the tokens of one or more branches from the slot ``start`` on.

        The rows are dealt evenly to the branches, whose number divides them; if the shape is invariant, each
        gets as many as the longest needs. Return the choice behind each row  [branches, rows per branch]
        """
        share = self._shape.rows // len(branches)
        if self._shape.invariant:
            share = max(FEWEST_ROWS // len(branches), *map(len, branches))
        padded = [token for branch in branches for token in (*branch, *[0] * (share - len(branch)))]
        host = torch.tensor([*padded, start], dtype=torch.long)
        device = self._loaded.device
        given = host.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else host
        forward = self._find(bucket, len(branches))
        chosen, self.logits = forward(given[:-1].view(len(branches), share), given[-1:])
        return chosen

    def forget(self) -> None:
        """The cache's buffers are going: so must what was recorded over them."""
        self._recorded.clear()

    def _find(self, bucket: int, branches: int) -> Forward:
        def compute(ids: torch.Tensor, start: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            logits = self.compute_logits(ids, start, bucket)
            return choose(logits).view_as(ids), logits

        # Ranks meet within a forward, which nobody has yet seen recorded on several cards.
        if self._loaded.device.type != "cuda" or self._loaded.ranks > 1:
            return compute
        if self._capacity != self._cache.capacity:
            self._capacity = self._cache.capacity
            self._recorded.clear()
        if (bucket, branches) not in self._recorded:
            self._recorded[bucket, branches] = self._record(compute, bucket, branches)
        return self._recorded[bucket, branches]

    def compute_logits(self, ids: torch.Tensor, start: torch.Tensor, bucket: int) -> torch.Tensor:
        """Run ``ids`` [branches, share] from slot ``start`` [1] on.  Return the logits  [rows, vocabulary]"""
        model, device = self._loaded.model, self._loaded.device
        slots = start + torch.arange(ids.shape[1], device=device)  # [share]
        hidden = torch.arange(bucket, device=device) > slots[:, None]  # [share, slots]
        mask = torch.zeros(hidden.shape, dtype=model.dtype, device=device)
        mask.masked_fill_(hidden, torch.finfo(model.dtype).min)
        self._cache.aim(slots, bucket)
        output = model(
            ids,
            past_key_values=self._cache,
            use_cache=True,
            attention_mask=widen(mask, self._loaded.group),
            # Padding may stand behind the last position that the model knows.
            position_ids=slots.clamp(max=self._loaded.max_context - 1).expand_as(ids),
        )
        logits: torch.Tensor = output.logits
        return logits.flatten(0, 1)

    def _record(self, compute: Forward, bucket: int, branches: int) -> Forward:
        """Record a forward as a CUDA graph: replaying it launches hundreds of kernels at once."""
        ids = torch.zeros(
            branches, self._shape.rows // branches, dtype=torch.long, device=self._loaded.device
        )
        # Behind all that is in the cache: trying a forward out must not write over it.
        start = torch.full((1,), bucket - self._shape.rows, dtype=torch.long, device=self._loaded.device)
        try:
            return _record_graph(compute, ids, start)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            logger.warning("this model cannot be recorded as a CUDA graph and runs slower: %s", error)
            torch.cuda.synchronize(self._loaded.device)
            return compute


def _record_graph(compute: Forward, ids: torch.Tensor, start: torch.Tensor) -> Forward:
    # Kernels set themselves up when they first run, on a stream of its own as PyTorch asks for.
    stream = torch.cuda.Stream(ids.device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream(ids.device))
    with torch.cuda.stream(stream):
        for _ in range(2):
            compute(ids, start)
    torch.cuda.current_stream(ids.device).wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        written = compute(ids, start)

    def replay(new_ids: torch.Tensor, new_start: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ids.copy_(new_ids)
        start.copy_(new_start)
        graph.replay()
        return written

    return replay
