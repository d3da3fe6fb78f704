"""How much memory a model needs, from its shape alone."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Of one number, by precision."""
CONTEXTS = (4096, 8192, 16384, 32768)
"""Tokens, prompt and output together, for which the need is told."""
WORKSPACE = 0.05
"""What a forward needs besides, as a share of the weights: an allowance, not measured."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """What decides the memory and the speed of a model."""

    parameters: int
    active_parameters: int
    """Those that one token passes through: fewer in a mixture of experts."""
    layers: int
    kv_heads: int
    head_size: int
    context: int
    """Most tokens, prompt and output together."""

    def weight_bytes(self, dtype: str) -> int:
        """Memory of the weights."""
        return self.parameters * BYTES[dtype]

    def cache_bytes(self, tokens: int, dtype: str) -> int:
        """Memory of the keys and values of so many tokens."""
        return 2 * self.layers * self.kv_heads * self.head_size * tokens * BYTES[dtype]

    def needed_bytes(self, tokens: int, dtype: str) -> int:
        """Memory of one rewrite of so many tokens, weights included."""
        weights = self.weight_bytes(dtype)
        return round(weights * (1 + WORKSPACE)) + self.cache_bytes(min(tokens, self.context), dtype)


def read_shape(folder: Path) -> ModelShape:
    """Return the shape of the model in a folder, from its config.json and the headers of its weights.

    Raises:
        OSError: there is no such file.
        ValueError: the configuration lacks what is needed, or a header is damaged.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    text = config.get("text_config", config)
    parameters = sum(_count_parameters(path) for path in sorted(folder.glob("*.safetensors")))
    try:
        heads = int(text["num_attention_heads"])
        return ModelShape(
            parameters=parameters,
            active_parameters=parameters,
            layers=int(text["num_hidden_layers"]),
            kv_heads=int(text.get("num_key_value_heads") or heads),
            head_size=int(text.get("head_dim") or text["hidden_size"] // heads),
            context=int(text["max_position_embeddings"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder}/config.json does not say {error}") from None


def free_memory() -> int:
    """Bytes of main memory that a process may still take, as the system estimates it."""
    return int(psutil.virtual_memory().available)


def _count_parameters(path: Path) -> int:
    """Numbers in a safetensors file: its header is a length in 8 bytes and that much JSON."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length <= min(path.stat().st_size, 100_000_000):
            raise ValueError(f"{path} is no safetensors file, or was cut off. Fetch it again.")
        header: dict[str, Any] = json.loads(file.read(length))
    return sum(math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
