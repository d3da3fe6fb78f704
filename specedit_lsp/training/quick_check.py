"""A first look at a model while it trains: exact match on a few edits of held-out projects.

What is reported is measured by `specedit bench quality`, on a fixed set and through the real engine.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import LlamaForCausalLM

from specedit_lsp.training.batches import encode_prompt
from specedit_lsp.training.corpus.sources import load_corpus
from specedit_lsp.training.edits.mixture import Example, draw_example
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.tokenizer import END, PAD, load_tokenizer

MAX_CHARACTERS = 1000


def answer_examples(
    model: LlamaForCausalLM, tokenizer: Tokenizer, examples: Sequence[Example], rows: int = 24
) -> list[str]:
    """The model's greedy answer to each example; examples of similar length are decoded together."""
    prompts = [encode_prompt(tokenizer, example.instruction, example.selection) for example in examples]
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    answers = [""] * len(prompts)
    for start in range(0, len(order), rows):
        chosen = order[start : start + rows]
        decoded = decode_greedily(model, [prompts[index] for index in chosen])
        for index, tokens in zip(chosen, decoded, strict=True):
            answers[index] = tokenizer.decode(tokens, skip_special_tokens=False)
    return answers


@torch.inference_mode()
def decode_greedily(model: LlamaForCausalLM, prompts: list[list[int]]) -> list[list[int]]:
    """Continue each prompt until `<|end|>`, which is left out, or until the answer is far too long."""
    longest = max(map(len, prompts))
    padded = [[PAD] * (longest - len(prompt)) + prompt for prompt in prompts]
    tokens = torch.tensor(padded, device=model.device)  # (rows, longest), padded on the left
    generated = model.generate(  # type: ignore[misc]
        input_ids=tokens,
        attention_mask=(tokens != PAD).long(),
        max_new_tokens=longest + 60,
        do_sample=False,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    rows: list[list[int]] = cast(Tensor, generated)[:, longest:].tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


def score_quickly(model: LlamaForCausalLM, folder: Path, count: int = 48, seed: int = 7) -> float:
    """The share exactly right of a few held-out edits, mixed as in training: to watch a run."""
    pools, rng = Pools(load_corpus(folder, held_out=True)), random.Random(seed)
    examples = [draw_example(pools, rng, MAX_CHARACTERS) for _ in range(count)]
    model.train(False)
    answers = answer_examples(model, load_tokenizer(folder), examples)
    model.train(True)
    return sum(answer == example.result for answer, example in zip(answers, examples, strict=True)) / count
