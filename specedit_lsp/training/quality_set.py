"""The fixed set of held-out edits that `specedit bench quality` measures on, drawn once from held-out projects."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import asdict
from pathlib import Path

from specedit_lsp.training.corpus.sources import load_corpus
from specedit_lsp.training.edits.mixture import KINDS, Example, draw_example
from specedit_lsp.training.edits.pools import Pools

LANGUAGES = ["python", "javascript", "typescript", "c", "cpp", "go", "rust", "java", "shell", "css", "html"]
CHARACTERS = (120, 300, 700, 1400, 2600)
"""Largest selections, one after the other, so that short and long regions are all there."""
SEED = 20


def draw_quality_set(folder: Path, python: int = 20, other: int = 2, renames: int = 8) -> list[Example]:
    """`python` edits of each kind in Python, and `other` in each other language; of single renames more."""
    pools, rng = Pools(load_corpus(folder, held_out=True)), random.Random(SEED)
    examples = []
    for kind in KINDS:
        for language in LANGUAGES:
            count = (python if language == "python" else other) * (renames if kind == "rename" else 1)
            for number in range(count):
                characters = CHARACTERS[number % len(CHARACTERS)]
                example = draw_example(pools, rng, characters, kind, language)
                examples.append(example)
    return examples


def write_quality_set(examples: list[Example], path: Path) -> None:
    """Write one JSON object per line, compressed; equal examples give equal bytes."""
    lines = "".join(json.dumps(asdict(example), ensure_ascii=False) + "\n" for example in examples)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))
