"""Exact match on edits of functions from held-out projects, decoded greedily."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from rich.table import Table
from tokenizers import Tokenizer
from torch import Tensor
from transformers import LlamaForCausalLM

from specedit_lsp.training.batches import encode_prompt
from specedit_lsp.training.edits import LARGER_EDITS, ONE_LINE_EDITS, RENAMES, WEIGHTS, Example, draw_example
from specedit_lsp.training.pools import Pools
from specedit_lsp.training.sources import load_corpus
from specedit_lsp.training.tokenizer import END, PAD, load_tokenizer

MAX_LINES = 20
MAX_CHARACTERS = 1000
COUNTS = {**dict.fromkeys([*RENAMES, *ONE_LINE_EDITS, *LARGER_EDITS], 20), "rename": 160, "two renames": 40}
GOAL_KINDS = ["rename", *ONE_LINE_EDITS]


@dataclass(frozen=True)
class Score:
    """How many of the tried edits of one kind came out exactly right."""

    kind: str
    right: int
    tried: int


def held_out_pools(folder: Path) -> Pools:
    """The functions of at most `MAX_LINES` lines from projects that were never trained on."""
    return Pools([f for f in load_corpus(folder, held_out=True) if f.text.count("\n") < MAX_LINES])


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
    pools, rng = held_out_pools(folder), random.Random(seed)
    examples = [draw_example(pools, rng, MAX_CHARACTERS) for _ in range(count)]
    model.train(False)
    answers = answer_examples(model, load_tokenizer(folder), examples)
    model.train(True)
    return sum(map(is_right, answers, examples)) / count


def score_kinds(
    model: LlamaForCausalLM, folder: Path, seed: int = 11
) -> tuple[list[Score], list[tuple[Example, str]]]:
    """Exact matches for each kind of edit, and every example with the model's answer."""
    pools, rng = held_out_pools(folder), random.Random(seed)
    examples = [
        draw_example(pools, rng, MAX_CHARACTERS, kind) for kind, count in COUNTS.items() for _ in range(count)
    ]
    answered = list(zip(examples, answer_examples(model, load_tokenizer(folder), examples), strict=True))
    scores = []
    for kind in COUNTS:
        right = [is_right(answer, example) for example, answer in answered if example.kind == kind]
        scores.append(Score(kind, sum(right), len(right)))
    return scores, answered


def is_right(answer: str, example: Example) -> bool:
    """Exact match."""
    return answer == example.result


def mix_scores(scores: Sequence[Score], kinds: Sequence[str]) -> float:
    """The share exactly right over these kinds, each weighted as in the training mixture."""
    chosen = [score for score in scores if score.kind in kinds]
    right = sum(WEIGHTS[score.kind] * score.right / score.tried for score in chosen)
    return right / sum(WEIGHTS[score.kind] for score in chosen)


def tabulate_scores(scores: Sequence[Score]) -> Table:
    """The scores as a table for the terminal, the goal in its last row."""
    table = Table("edit", "exactly right", "of", "share", title="held-out projects, greedy")
    for score in scores:
        table.add_row(score.kind, str(score.right), str(score.tried), f"{score.right / score.tried:.0%}")
    table.add_section()
    table.add_row("single renames and one-line edits", "", "", f"{mix_scores(scores, GOAL_KINDS):.1%}")
    return table
