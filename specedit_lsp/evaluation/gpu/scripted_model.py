"""A model of any shape that always gives one short answer, so that a rewrite by random weights has an end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

_ANSWER = ("total", " = ", "4", "\n    ", "return ", "[", "7", "]")
"""Two lines. Every token is there once: what follows a token depends on nothing else."""
_FAINT = 1e-4
"""What the layers add to the embedding: too little to drown it, and yet no zeros."""


def script_answer(model: PreTrainedModel, chain: Sequence[int]) -> None:
    """Have ``model`` write each token of ``chain`` behind the one before it.

    Its last layer must have weights of its own. The layers compute as ever, only what they add is made faint:
    the last hidden state is the embedding of the last token, and the last layer's row of a token becomes the
    embedding of the token before it.

    Raises:
        ValueError: a token is in the chain twice.
    """
    if len(set(chain)) < len(chain):
        raise ValueError("a chain cannot come by the same token twice: what follows it?")
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weights.mul_(_FAINT)
        weights_by_name = dict(model.named_parameters())
        embedding, head = weights_by_name["model.embed_tokens.weight"], weights_by_name["lm_head.weight"]
        for before, after in pairwise(chain):
            head[after] = 2 * embedding[before]


def find_chain(tokenizer: PreTrainedTokenizerBase, first: int) -> list[int]:
    """Return the tokens of the answer, between ``first``, the last one of any prompt, and what ends it.

    Raises:
        ValueError: this tokenizer cannot write the answer without a token that comes twice.
    """
    answer = [token for piece in _ANSWER for token in tokenizer.encode(piece, add_special_tokens=False)]
    chain = [first, *answer, int(tokenizer.eos_token_id)]
    if len(set(chain)) < len(chain):
        raise ValueError("this tokenizer has no token of its own for each piece of the scripted answer")
    return chain


def save_model(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write a model's folder as the worker reads it."""
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
