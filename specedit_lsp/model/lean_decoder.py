"""The layers of a Llama-like model with nothing around their operations.

On a processor half of a small model's forward is spent between the operations: in the calls of modules inside
modules, in options that nobody set and casts that change nothing. This runs the same layers in a plain loop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch.nn import Module
from torch.nn.functional import rms_norm, silu
from transformers import PreTrainedModel
from transformers.cache_utils import Cache
from transformers.modeling_outputs import BaseModelOutputWithPast

from specedit_lsp.model.attention import NAME, attend
from specedit_lsp.model.probe import agree, probe

logger = logging.getLogger(__name__)

_LIKE_LLAMA = frozenset({"llama", "mistral", "qwen2", "qwen3"})
"""Families whose layers are the ones below: pre-norm, rotary positions, attention, gated linear units."""

_Map = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class _Norm:
    """Root mean square layer normalisation (Zhang and Sennrich, 2019)."""

    weight: torch.Tensor
    epsilon: float

    @classmethod
    def of(cls, norm: Any) -> Self:
        return cls(norm.weight, norm.variance_epsilon)

    def __call__(self, states: torch.Tensor) -> torch.Tensor:
        return rms_norm(states, self.weight.shape, self.weight, self.epsilon)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer, as the functions that it is made of."""

    attention: Module
    head_width: int
    before_attention: _Map
    query: _Map
    key: _Map
    value: _Map
    query_norm: _Map | None
    key_norm: _Map | None
    output: _Map
    before_mlp: _Map
    gate: _Map
    up: _Map
    down: _Map

    @classmethod
    def of(cls, layer: Any) -> Self:
        attention, mlp = layer.self_attn, layer.mlp
        # Qwen3 has them, over the width of each head.
        query_norm, key_norm = (getattr(attention, name, None) for name in ("q_norm", "k_norm"))
        return cls(
            attention,
            attention.head_dim,
            _Norm.of(layer.input_layernorm),
            # Past what calling a module does, which is nothing here.
            attention.q_proj.forward,
            attention.k_proj.forward,
            attention.v_proj.forward,
            query_norm and _Norm.of(query_norm),
            key_norm and _Norm.of(key_norm),
            attention.o_proj.forward,
            _Norm.of(layer.post_attention_layernorm),
            mlp.gate_proj.forward,
            mlp.up_proj.forward,
            mlp.down_proj.forward,
        )


class LeanDecoder(Module):
    """Stands in for the decoder inside a causal language model, and shares its layers and their names."""

    def __init__(self, stock: Any) -> None:
        super().__init__()
        self.embed_tokens = stock.embed_tokens
        self.layers = stock.layers
        self.norm = stock.norm
        self.rotary_emb = stock.rotary_emb
        self._lean = [_Layer.of(layer) for layer in stock.layers]
        self._last_norm = _Norm.of(stock.norm)
        # In a list: a part of this one would get a second name.
        self._stock = [stock]

    @property
    def stock(self) -> Module:
        """The decoder of transformers."""
        decoder: Module = self._stock[0]
        return decoder

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        past_key_values: Cache | None = None,
        **others: Any,
    ) -> BaseModelOutputWithPast:
        """Run ``input_ids`` [batch, rows] at ``position_ids``; masks are those of :func:`attend`.

        Whoever gives neither has the beginning of a text, of which every row sees those before it.
        """
        if position_ids is None:
            position_ids = torch.arange(input_ids.shape[1], device=input_ids.device)[None]
            if attention_mask is None:
                attention_mask = self._hide_later(position_ids[0])
        states = self.embed_tokens(input_ids)  # [batch, rows, width]
        angles = self.rotary_emb(states, position_ids)
        cosine, sine = (part[:, None] for part in angles)  # [batch, 1, rows, head width]
        for index, layer in enumerate(self._lean):
            states = states + _attend(
                layer, index, layer.before_attention(states), cosine, sine, attention_mask, past_key_values
            )
            inner = layer.before_mlp(states)
            states = states + layer.down(silu(layer.gate(inner)) * layer.up(inner))
        make: Callable[..., BaseModelOutputWithPast] = BaseModelOutputWithPast
        return make(last_hidden_state=self._last_norm(states), past_key_values=past_key_values)

    def _hide_later(self, positions: torch.Tensor) -> torch.Tensor:
        """A mask ``[1, 1, rows, rows]`` for a text's beginning."""
        hidden = positions > positions[:, None]
        mask = torch.zeros(hidden.shape, dtype=self.norm.weight.dtype, device=positions.device)
        return mask.masked_fill_(hidden, torch.finfo(mask.dtype).min)[None, None]


def _attend(
    layer: _Layer,
    index: int,
    states: torch.Tensor,
    cosine: torch.Tensor,
    sine: torch.Tensor,
    mask: torch.Tensor | None,
    cache: Cache | None,
) -> torch.Tensor:
    heads = (*states.shape[:2], -1, layer.head_width)
    query, key = layer.query(states).view(heads), layer.key(states).view(heads)
    value = layer.value(states).view(heads).transpose(1, 2)
    if layer.query_norm and layer.key_norm:
        query, key = layer.query_norm(query), layer.key_norm(key)
    count = query.shape[2]
    # Rotary positions (Su et al., 2021), of queries and keys at once.
    both = torch.cat((query, key), dim=2).transpose(1, 2)  # [batch, heads, rows, head width]
    first, second = both.chunk(2, dim=-1)
    both = both * cosine + torch.cat((-second, first), dim=-1) * sine
    query, key = both[:, :count], both[:, count:]
    if cache is not None:
        key, value = cache.update(key, value, index)
    found, _ = attend(layer.attention, query, key, value, mask, layer.head_width**-0.5)
    return layer.output(found.flatten(2))


def slim(model: PreTrainedModel, group: int) -> None:
    """Have ``model`` run its layers by a :class:`LeanDecoder`, if it is of a family that this knows.

    It must attend by :func:`attend` already; ``group`` is that of :func:`specedit_lsp.model.attention.widen`.
    """
    config = model.config
    known = config.model_type in _LIKE_LLAMA and config.hidden_act == "silu"
    if not known or config._attn_implementation != NAME:
        return
    expected = probe(model, group)
    model.set_submodule("model", LeanDecoder(model.get_submodule("model")))
    try:
        if agree(probe(model, group), expected):
            return
        reason = "it gives other results"
    except (AttributeError, RuntimeError, TypeError) as error:
        reason = str(error)
    logger.info("%s keeps to transformers' decoder: %s", config.model_type, reason)
    for name, decoder in find_stock(model).items():
        model.set_submodule(name, decoder)


def find_stock(model: Module) -> dict[str, Module]:
    """Return the decoder of transformers that a lean one stands in for, by name."""
    return {name: layer.stock for name, layer in model.named_modules() if isinstance(layer, LeanDecoder)}
