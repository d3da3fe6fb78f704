"""Batches of token ids, made on the fly: groups of examples of at most a given length, sorted by length."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from specedit_lsp.training.corpus.sources import load_corpus
from specedit_lsp.training.edits.mixture import Example, draw_example
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.tokenizer import CODE, EDIT, END, OUT, PAD, load_tokenizer

CHARACTERS_PER_TOKEN = 3.2
SHORT = 200
"""Characters of a selection up to which there are no more of the shorter ones."""
CHANGED_WEIGHT = 4.0  # for tokens that copying the selection would get wrong, and the two after each change
PROMPT_SHARE, PROMPT_WEIGHT = 0.06, 0.5  # few prompt positions are predicted: the vocabulary is half the work


@dataclass(frozen=True)
class Batch:
    """Right-padded sequences and the places where the next token is learned."""

    tokens: Tensor  # (rows, length) int64
    positions: Tensor  # (targets,) int64, into the flattened tokens
    targets: Tensor  # (targets,) int64
    weights: Tensor  # (targets,) float32
    output: Tensor  # (targets,) bool: part of the output rather than the prompt

    def to(self, device: torch.device) -> Batch:
        """The same batch on `device`."""
        return Batch(**{name: tensor.to(device) for name, tensor in vars(self).items()})


@dataclass(frozen=True)
class Sequence:
    """One example as token ids, its output beginning at `start`.

    `weights[i]` is the weight of predicting `tokens[i]`.
    """

    tokens: list[int]
    weights: list[float]
    start: int


class BatchMaker:
    """Makes groups of batches; the same seed, group number and length always give the same group."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.tokenizer = load_tokenizer(folder)
        self.pools = Pools(load_corpus(folder, held_out=False))
        self.seed = seed

    def make_group(self, group: int, longest: int, batch_tokens: int, batches: int) -> list[Batch]:
        """About `batches` batches of `batch_tokens` tokens, from sequences of at most `longest` tokens."""
        rng = random.Random(f"{self.seed} {group} {longest}")
        characters = int((longest - 20) / 2 * CHARACTERS_PER_TOKEN)
        sequences: list[Sequence] = []
        size = 0
        while size < batches * batch_tokens:
            # Edits are learned by the example, and a long one is mostly copying: let most be short.
            most = round(math.exp(rng.uniform(math.log(min(SHORT, characters)), math.log(characters))))
            example = draw_example(self.pools, rng, most)
            sequence = encode_example(self.tokenizer, example, rng)
            if len(sequence.tokens) <= longest:
                sequences.append(sequence)
                size += len(sequence.tokens)
        sequences.sort(key=lambda sequence: len(sequence.tokens))
        chunks: list[list[Sequence]] = [[]]
        for sequence in sequences:
            if (len(chunks[-1]) + 1) * len(sequence.tokens) > batch_tokens:
                chunks.append([])
            chunks[-1].append(sequence)
        # The same order for everyone in a team, so that no one waits long for another's longer batch.
        random.Random(group).shuffle(chunks)
        return [collate(chunk) for chunk in chunks if chunk]


def encode_prompt(tokenizer: Tokenizer, instruction: str, selection: str) -> list[int]:
    """`<|edit|>` instruction `<|code|>` selection `<|out|>`."""
    instruction_ids = tokenizer.encode(instruction, add_special_tokens=False).ids
    selection_ids = tokenizer.encode(selection, add_special_tokens=False).ids
    return [EDIT, *instruction_ids, CODE, *selection_ids, OUT]


def encode_example(tokenizer: Tokenizer, example: Example, rng: random.Random) -> Sequence:
    """Token ids and loss weights of one example."""
    prompt = encode_prompt(tokenizer, example.instruction, example.selection)
    source = prompt[prompt.index(CODE) + 1 : -1]
    output = [*tokenizer.encode(example.result, add_special_tokens=False).ids, END]
    prompt_weights = [PROMPT_WEIGHT * (rng.random() < PROMPT_SHARE) for _ in prompt]
    return Sequence(prompt + output, prompt_weights + weigh_changes(source, output), len(prompt))


def weigh_changes(source: list[int], output: list[int]) -> list[float]:
    """Weight 1 for what copying gives, `CHANGED_WEIGHT` for changed tokens and the two after each change."""
    weights = [1.0] * len(output)
    for tag, _, _, start, stop in SequenceMatcher(None, [*source, END], output, autojunk=False).get_opcodes():
        if tag != "equal":
            for index in range(start, min(stop + 2, len(output))):
                weights[index] = CHANGED_WEIGHT
    return weights


def collate(sequences: list[Sequence]) -> Batch:
    """Pad to the longest, rounded up so that few shapes occur."""
    length = -(-max(len(sequence.tokens) for sequence in sequences) // 16) * 16
    tokens = torch.full((len(sequences), length), PAD)
    positions, targets, weights, output = [], [], [], []
    for row, sequence in enumerate(sequences):
        tokens[row, : len(sequence.tokens)] = torch.tensor(sequence.tokens)
        for index in range(1, len(sequence.tokens)):
            if sequence.weights[index] > 0:
                positions.append(row * length + index - 1)
                targets.append(sequence.tokens[index])
                weights.append(sequence.weights[index])
                output.append(index >= sequence.start)
    return Batch(
        tokens,
        torch.tensor(positions),
        torch.tensor(targets),
        torch.tensor(weights, dtype=torch.float32),
        torch.tensor(output),
    )
