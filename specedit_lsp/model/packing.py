"""Weights laid out once as a processor's matrix kernels read them, and not anew for every forward.

Checking a draft takes a handful of rows, and with these PyTorch's own layout keeps a processor waiting for
the weights: in float32 2 to 16 rows take three times longer (``scripts/measure_forwards``). The kernels for
packed weights also give a row the same bits in the company of any number of others, if it has any company:
a row alone goes another way, which in wide layers rounds otherwise.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch.nn import Linear, Module, Parameter
from transformers import PreTrainedModel

from specedit_lsp.model.probe import agree, probe

logger = logging.getLogger(__name__)

_USUAL_ROWS = 64
"""Of a forward. Layouts chosen for fewer are slower at more; those chosen for more are the same."""

_NEEDED = ("_reorder_linear_weight", "_linear_pointwise", "_is_mkldnn_bf16_supported")
"""Names of kernels. PyTorch does not promise to keep them; without them weights stay as they are."""


class PackedLinear(Module):
    """A linear layer on a processor whose weights only its kernels can read."""

    weight: torch.Tensor

    def __init__(self, plain: Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = plain.in_features, plain.out_features
        self.register_buffer("weight", _kernels()._reorder_linear_weight(plain.weight.detach(), _USUAL_ROWS))
        self.bias = plain.bias

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """``[..., in features]`` to ``[..., out features]``."""
        output: torch.Tensor = _kernels()._linear_pointwise(rows, self.weight, self.bias, "none", [], "")
        return output

    def unpack(self) -> Linear:
        """Return the layer as it was, bit by bit; its weights take memory of their own."""
        plain = Linear(self.in_features, self.out_features, bias=False, device="meta")
        plain.weight = Parameter(self.weight.to_dense(), requires_grad=False)
        plain.bias = self.bias
        return plain


def pack(layer: Linear) -> Module:
    """Return the layer with packed weights, or as it is if this machine has no kernels for them."""
    return PackedLinear(layer) if _can_pack(layer.weight) else layer


def pack_linears(model: PreTrainedModel, group: int) -> None:
    """Pack the linear layers of ``model`` that this machine has kernels for; others stay as they are.

    So do all, if the model does not work with packed ones, say because it reads weights by itself. ``group``
    is that of :func:`specedit_lsp.model.attention.widen`.
    """
    expected = probe(model, group)
    # By name: to hold the layers themselves would take the memory of both layouts.
    names = [name for name, layer in model.named_modules() if type(layer) is Linear]
    try:
        for name in names:
            model.set_submodule(name, pack(cast("Linear", model.get_submodule(name))))
        if agree(probe(model, group), expected):
            return
        reason = "it gives other results"
    except (AttributeError, RuntimeError, TypeError) as error:
        reason = str(error)
    logger.info("%s keeps to PyTorch's layout of weights: %s", model.config.model_type, reason)
    _set_layers(model, unpack_linears(model))


def unpack_linears(model: Module) -> dict[str, Linear]:
    """Return plain layers for the packed ones of ``model``, by name; it keeps the packed ones."""
    return {name: layer.unpack() for name, layer in model.named_modules() if isinstance(layer, PackedLinear)}


def count_weight_bytes(model: Module) -> int:
    """Return the memory that the weights of ``model`` take, packed or not."""
    packed = [layer.weight for layer in model.modules() if isinstance(layer, PackedLinear)]
    return sum(weight.nbytes for weight in (*model.parameters(), *packed))


@contextmanager
def with_layers(model: Module, layers: Mapping[str, Module]) -> Iterator[None]:
    """Have ``model`` use these layers in the block."""
    own = {name: model.get_submodule(name) for name in layers}
    _set_layers(model, layers)
    try:
        yield
    finally:
        _set_layers(model, own)


def _set_layers(model: Module, layers: Mapping[str, Module]) -> None:
    for name, layer in layers.items():
        model.set_submodule(name, layer)


def _can_pack(weight: torch.Tensor) -> bool:
    if type(weight) is not Parameter or weight.device.type != "cpu":
        return False
    if platform.machine() not in ("x86_64", "AMD64") or not all(
        hasattr(_kernels(), name) for name in _NEEDED
    ):
        return False
    if weight.dtype is torch.bfloat16:
        return bool(_kernels()._is_mkldnn_bf16_supported())
    return weight.dtype is torch.float32


def _kernels() -> Any:
    """Those of oneDNN, as PyTorch's own compiler calls them."""
    return torch.ops.mkldnn
