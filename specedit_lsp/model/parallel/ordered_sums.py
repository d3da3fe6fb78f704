"""Sums over ranks that come out the same wherever in a forward a row is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import transformers.distributed.tensor_parallel as tensor_parallel
from torch import distributed
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor

_STYLES: Any = vars(tensor_parallel)["ALL_PARALLEL_STYLES"]
"""transformers' own, by the names that plans use."""


class OrderedRowwise(tensor_parallel.RowwiseParallel):
    """transformers' style of layers of which every rank has a part of each sum, added in the ranks' order.

    The usual collective operation cuts what it adds up into pieces, and begins with another rank for each. So
    with more than two ranks the bits of a row depend on its place, and with them on drafts. Here every rank
    hears all parts, which takes more of the connection, and adds them up itself.
    """

    def transform_output_post_forward(self, module: torch.nn.Module, output: Any, mesh: DeviceMesh) -> Any:
        """Return the sum ``[batch, rows, width]`` of all ranks' outputs."""
        if type(output) is not torch.Tensor or output.requires_grad:
            usual: Any = super()
            return usual.transform_output_post_forward(module, output, mesh)
        group = mesh.get_group() if mesh.ndim == 1 else mesh.get_group("tp")
        parts = [torch.empty_like(output) for _ in range(distributed.get_world_size(group))]
        distributed.all_gather(parts, output.contiguous(), group=group)
        total = parts[0]
        for part in parts[1:]:
            total += part
        bias: Any = getattr(module, "bias", None)
        if bias is None:
            return total
        return total + (bias.to_local() if isinstance(bias, DTensor) else bias)


@contextmanager
def ordered_sums() -> Iterator[None]:
    """Have the layers of models that are loaded in the block add up in the order of the ranks."""
    usual = tensor_parallel.RowwiseParallel
    rowwise = [(name, style) for name, style in _STYLES.items() if type(style) is usual]
    for name, style in rowwise:
        # Over the registered one, and away again: what this mapping is made for.
        _STYLES[name] = OrderedRowwise(input_layouts=style.input_layouts, output_layouts=style.output_layouts)
    try:
        yield
    finally:
        for name, _ in rowwise:
            del _STYLES[name]
