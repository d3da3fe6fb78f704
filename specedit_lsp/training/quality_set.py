"""The fixed set of edits that `specedit bench quality` measures on, drawn once from held-out projects.

Nothing is learned from it: batches are made of `train.jsonl` alone. The quick check that watches a run draws
other edits, though from the same projects.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tokenizers import Tokenizer

from specedit_lsp.training.corpus.languages import LANGUAGES
from specedit_lsp.training.corpus.sources import load_corpus
from specedit_lsp.training.edits.mixture import KINDS, TABLE, Example, make_example
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.tokenizer import load_tokenizer

QUALITY_SET = Path(__file__).parents[1] / "bundled" / "quality-set.jsonl.gz"
BANDS = (range(1, 6), range(6, 21), range(21, 40), range(40, 61))
"""Lines of a selection. The edits of a kind are shared out evenly over these."""
COUNTS = {"rename": (160, 16), "two renames": (40, 3)}
USUAL_COUNT = (20, 3)
"""How many edits of a kind in Python, and in each other language that the kind makes sense in."""
MOST_CHARACTERS = 2600
MOST_TOKENS = 1800
"""Of instruction, selection and result together: the model reads 2,048, and the engine wants some spare."""
TRIES = 1500
"""Selections to look at before a band of lengths is given up for a kind and language."""
SEED = 20


@dataclass(frozen=True)
class QualityEdit:
    """One edit of the set."""

    id: str
    """Kind, language and number."""
    kind: str
    language: str
    instruction: str
    before: str
    after: str
    lines: int
    """Of `before`."""
    band: str
    """The first and last number of lines of those it is counted with, such as ``6-20``."""
    project: str
    """The held-out project that `before` is from."""


def draw_quality_set(folder: Path) -> list[QualityEdit]:
    """All kinds in all languages they make sense in; fewer than `COUNTS` say where occasions are too rare."""
    pools, tokenizer = Pools(load_corpus(folder, held_out=True)), load_tokenizer(folder)
    edits: list[QualityEdit] = []
    for kind in KINDS:
        python, other = COUNTS.get(kind, USUAL_COUNT)
        for language in LANGUAGES:
            if language in TABLE[kind].languages:
                count = python if language == "python" else other
                edits += draw_edits(pools, tokenizer, kind, language, count)
    return edits


def draw_edits(pools: Pools, tokenizer: Tokenizer, kind: str, language: str, count: int) -> list[QualityEdit]:
    """`count` different edits of one kind in one language, or as many as are found; always the same ones."""
    rng = random.Random(f"{SEED} {kind} {language}")
    # Where there are fewer edits than bands, each kind begins with another band.
    turn = KINDS.index(kind) % len(BANDS)
    bands = [*BANDS[turn:], *BANDS[:turn]]
    found: dict[tuple[str, str], QualityEdit] = {}
    while bands and len(found) < count:
        band = bands[len(found) % len(bands)]
        example = search_band(pools, tokenizer, rng, kind, language, band, found)
        if example is None:
            bands.remove(band)
            continue
        found[example.instruction, example.selection] = QualityEdit(
            id=f"{kind.replace(' ', '-')}/{language}/{len(found) + 1}",
            kind=kind,
            language=language,
            instruction=example.instruction,
            before=example.selection,
            after=example.result,
            lines=count_lines(example.selection),
            band=f"{band.start}-{band.stop - 1}",
            project=example.project,
        )
    return list(found.values())


def search_band(
    pools: Pools,
    tokenizer: Tokenizer,
    rng: random.Random,
    kind: str,
    language: str,
    band: range,
    known: Container[tuple[str, str]],
) -> Example | None:
    """An edit of a selection with as many lines as `band` has, other than those `known`."""
    for _ in range(TRIES):
        selection = pools.draw_selection(language, rng, MOST_CHARACTERS)
        if selection is None or len(selection.lines) not in band:
            continue
        example = make_example(selection, pools, rng, MOST_CHARACTERS, kind)
        if (
            example is not None
            and count_lines(example.selection) in band
            and (example.instruction, example.selection) not in known
            and count_tokens(tokenizer, example) <= MOST_TOKENS
        ):
            return example
    return None


def count_lines(text: str) -> int:
    """How many lines a text without a newline at its end has."""
    return text.count("\n") + 1


def count_tokens(tokenizer: Tokenizer, example: Example) -> int:
    """How many tokens instruction, selection and result have together."""
    texts = (example.instruction, example.selection, example.result)
    return sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)


def write_quality_set(edits: Iterable[QualityEdit], path: Path) -> None:
    """Write one JSON object per line, compressed; equal edits give equal bytes."""
    lines = "".join(json.dumps(asdict(edit), ensure_ascii=False) + "\n" for edit in edits)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))
