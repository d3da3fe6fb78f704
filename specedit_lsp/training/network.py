"""The network: a small Llama, and the loss computed only where something is learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from specedit_lsp.training.batches import Batch
from specedit_lsp.training.plan import Plan
from specedit_lsp.training.tokenizer import END, PAD

ROPE_BASE = 1e6
"""So large that many of a head's dimensions hardly turn within a prompt: they tell where else a token stands,
however far away, which is what copying a long selection takes."""


def make_model(vocabulary: int, plan: Plan) -> LlamaForCausalLM:
    """A freshly initialised model; the embedding also serves as the output layer."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=plan.width,
        intermediate_size=plan.width * 5 // 2,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        num_key_value_heads=plan.heads,
        head_dim=plan.width // plan.heads,
        max_position_embeddings=2048,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE},
        tie_word_embeddings=True,
        pad_token_id=PAD,
        bos_token_id=None,
        eos_token_id=END,
    )
    return LlamaForCausalLM(config)


def make_optimizers(model: LlamaForCausalLM, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the hidden matrices, AdamW for the embedding and the norms."""
    matrices = [weight for weight in model.model.layers.parameters() if weight.ndim == 2]
    hidden = {id(weight) for weight in matrices}
    others = [weight for weight in model.parameters() if id(weight) not in hidden]
    return [
        torch.optim.Muon(
            matrices, lr=plan.muon_rate, momentum=0.95, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=plan.adam_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def batch_loss(model: LlamaForCausalLM, body: Callable[..., Any], batch: Batch) -> tuple[Tensor, Tensor]:
    """The weighted mean loss, and the plain mean over the output tokens (both scalars).

    `body` is `model.model`, perhaps compiled. Padding stands on the right, so causal attention needs no mask.
    """
    with torch.autocast(batch.tokens.device.type, torch.bfloat16):
        hidden = body(input_ids=batch.tokens, use_cache=False).last_hidden_state  # (rows, length, width)
        logits = model.lm_head(hidden.flatten(0, 1)[batch.positions])  # (targets, vocabulary)
    losses = functional.cross_entropy(logits.float(), batch.targets, reduction="none")  # (targets,)
    weighted = (losses * batch.weights).sum() / batch.weights.sum()
    return weighted, losses.detach()[batch.output].mean()
