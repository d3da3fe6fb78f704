"""The tokenizer of `specedit-mini`: byte-level BPE that gives a name the same tokens wherever it stands."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from specedit_lsp.training.edits import draw_example
from specedit_lsp.training.pools import Pools
from specedit_lsp.training.sources import load_corpus

PAD, EDIT, CODE, OUT, END = range(5)
SPECIAL_TOKENS = ["<|pad|>", "<|edit|>", "<|code|>", "<|out|>", "<|end|>"]
VOCABULARY = 8192

# Words that can never be renamed may carry the space after them, which saves one token each.
KEYWORDS = [
    "and", "as", "assert", "async", "await", "class", "def", "del", "elif", "else", "except", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "while", "with", "yield",
]  # fmt: skip

# An identifier is one piece, never joined with a space or a quote: the old name in an instruction then has
# exactly the tokens it has in the code. A line break takes the indentation after it along.
PIECES = "|".join(
    [
        r"\r?\n[ \t]*",
        r"(?:" + "|".join(KEYWORDS) + r") ",
        r"[\p{L}_][\p{L}\p{M}\p{N}_]*",
        r"\p{N}",
        r" ?[^\s\p{L}\p{N}_]+ ?",
        r"[ \t]+",
        r"\s+",
    ]
)


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """Learn the merges of `vocabulary` tokens from `texts`; the special tokens come first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=40,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def export_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write the files that `AutoTokenizer.from_pretrained` reads."""
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=SPECIAL_TOKENS[PAD],
        eos_token=SPECIAL_TOKENS[END],
        additional_special_tokens=SPECIAL_TOKENS[EDIT:END],
        clean_up_tokenization_spaces=False,
        model_max_length=2048,
    ).save_pretrained(folder)


def build_tokenizer(folder: Path, functions: int = 80_000, instructions: int = 20_000, seed: int = 0) -> None:
    """Train on a sample of the training functions and on instructions, and write `tokenizer` in `folder`."""
    corpus, rng = load_corpus(folder, held_out=False), random.Random(seed)
    pools = Pools(corpus)
    asked = [draw_example(pools, rng, characters=500).instruction for _ in range(instructions)]
    code = [function.text for function in rng.sample(corpus, min(functions, len(corpus)))]
    export_tokenizer(train_tokenizer([*code, *asked]), folder / "tokenizer")


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer that `build_tokenizer` wrote."""
    return Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
