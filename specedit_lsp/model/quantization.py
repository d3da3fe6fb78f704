"""Weights of fewer bits, made when a model is loaded: by torchao, through transformers."""

from __future__ import annotations

from typing import Any

from specedit_lsp.model.faults import UnsupportedModel


def plan_quantization(name: str) -> dict[str, Any]:
    """Return what transformers has to be told for a value of the setting ``model.quantization``.

    Only weights are quantised: every row of a forward is computed as it would be alone, so that the output
    with drafts is that without, with respect to the quantised model.

    Raises:
        UnsupportedModel: torchao is not installed, or has no such kind for this machine.
    """
    if name == "none":
        return {}
    try:
        # Here, because importing torchao takes a second and writes to the log.
        from torchao.quantization import Int4WeightOnlyConfig, Int8WeightOnlyConfig
    except ImportError:
        raise UnsupportedModel(
            f"model.quantization {name} needs torchao, which is not installed. "
            "Run: pip install 'specedit-lsp[quantization]'"
        ) from None
    from transformers import TorchAoConfig

    kinds = {"int8": Int8WeightOnlyConfig, "int4": Int4WeightOnlyConfig}
    return {"quantization_config": TorchAoConfig(kinds[name]())}
