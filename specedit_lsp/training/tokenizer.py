"""The tokenizer of `specedit-mini`: byte-level BPE that gives a name the same tokens wherever it stands."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.corpus.sources import load_corpus

PAD, EDIT, CODE, OUT, END, BEFORE, AFTER = range(7)
SPECIAL_TOKENS = ["<|pad|>", "<|edit|>", "<|code|>", "<|out|>", "<|end|>", "<|before|>", "<|after|>"]
VOCABULARY = 8192

SHARES = {
    "python": 0.40,
    "javascript": 0.11,
    "typescript": 0.11,
    "go": 0.08,
    "c": 0.06,
    "cpp": 0.06,
    "rust": 0.06,
    "java": 0.06,
    "shell": 0.02,
    "css": 0.02,
    "html": 0.02,
}
"""How much of the text that the merges are learnt from is in each language."""

# Words that are hardly ever a name in any language may carry the space after them: it saves one token each.
KEYWORDS = [
    "and", "as", "assert", "async", "await", "class", "def", "del", "elif", "else", "except", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "while", "with", "yield",
    "abstract", "const", "constexpr", "defer", "enum", "export", "extends", "extern", "final", "goto", "impl",
    "implements", "inline", "instanceof", "int", "let", "mut", "private", "protected", "pub", "public",
    "readonly", "static", "struct", "then", "throw", "throws", "typedef", "typename", "typeof", "unsigned",
    "using", "virtual", "void",
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
        additional_special_tokens=[*SPECIAL_TOKENS[EDIT:END], *SPECIAL_TOKENS[BEFORE:]],
        clean_up_tokenization_spaces=False,
        model_max_length=2048,
    ).save_pretrained(folder)


def build_tokenizer(folder: Path, instructions: Iterable[str], blocks: int = 80_000, seed: int = 0) -> None:
    """Train on a sample of the training blocks and on instructions, and write `tokenizer` in `folder`."""
    sample = sample_blocks(load_corpus(folder, held_out=False), blocks, random.Random(seed))
    texts = [*(block.text for block in sample), *instructions]
    export_tokenizer(train_tokenizer(texts), folder / "tokenizer")


def sample_blocks(corpus: Sequence[Block], number: int, rng: random.Random) -> list[Block]:
    """About `number` blocks, shared between the languages as `SHARES` says; fewer where there are too few."""
    sample: list[Block] = []
    for language, share in SHARES.items():
        group = [block for block in corpus if block.language == language]
        sample += rng.sample(group, min(len(group), round(number * share)))
    return sample


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer that `build_tokenizer` wrote."""
    return Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
