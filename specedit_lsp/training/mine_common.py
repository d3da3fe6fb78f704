"""Mine the tables of draft source "common".

To run as `python -m specedit_lsp.training.mine_common --folder build/train`, once the blocks are there.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.console import Console

from specedit_lsp.drafting.common_table import LONGEST, mask, pack_share
from specedit_lsp.drafting.indentation import find_unit
from specedit_lsp.drafting.lexemes import split_lexemes
from specedit_lsp.training.corpus.blocks import Block, read_blocks

TARGET = Path(__file__).parents[1] / "drafting" / "common"
CONTEXTS = {"python": 45_000}
"""Contexts kept, by language: what fits into 2 MB in all."""
CONTEXTS_ELSE = 20_000
CHARACTERS = {"python": 5_000_000}
"""Of code that is read, spread evenly over the blocks."""
CHARACTERS_ELSE = 2_500_000
WORDS = 2_500
"""Words told apart."""
LEAST_COUNT = 7
LEAST_PROJECTS = 3
LEAST_SHARE = 0.12
"""Of a continuation that is kept."""
FOLLOWERS = 3

Context = tuple[str, ...]
"""Masked lexemes."""
Corpus = Sequence[Sequence[Sequence[str]]]
"""Projects, of blocks, of lexemes."""


@dataclass(frozen=True)
class Candidate:
    """A context with what often follows it."""

    context: Context
    shares: Mapping[str, float]
    """The most frequent next lexemes and their probabilities, likeliest first."""
    usefulness: float
    """Lexemes that are guessed right with it and would not be without it."""


def main() -> None:
    """Write the tables of all languages that there are blocks of."""
    parser = argparse.ArgumentParser(prog="mine_common", description="Mine what usually follows what.")
    parser.add_argument("--folder", type=Path, default=Path("build/train"), help="where train.jsonl is")
    parser.add_argument("--target", type=Path, default=TARGET, help="where the tables go")
    parser.add_argument("--languages", nargs="*", default=(), help="only these")
    options = parser.parse_args()
    options.target.mkdir(parents=True, exist_ok=True)
    console = Console()
    for language, blocks in _group_by_language(read_blocks(options.folder / "train.jsonl")):
        if options.languages and language not in options.languages:
            continue
        texts = thin(blocks, CHARACTERS.get(language, CHARACTERS_ELSE))
        table = mine_table(texts, CONTEXTS.get(language, CONTEXTS_ELSE))
        raw = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
        path = options.target / f"{language}.json.gz"
        path.write_bytes(gzip.compress(raw, mtime=0))  # without a time in it the same table is the same file
        console.print(f"{language}: {len(raw)} bytes, compressed {path.stat().st_size}")


def thin(blocks: Sequence[Block], characters: int) -> list[list[str]]:
    """Return the texts of each project without repetitions, of all about so many characters."""
    texts: dict[str, str] = {}
    for block in blocks:
        texts.setdefault(block.text, block.project)
    step = max(1, -(-sum(map(len, texts)) // characters))
    projects: defaultdict[str, list[str]] = defaultdict(list)
    for text, project in list(texts.items())[::step]:
        projects[project].append(text)
    return list(projects.values())


def mine_table(projects: Iterable[Sequence[str]], contexts: int) -> dict[str, object]:
    """Return what a table file holds: the words told apart, and the most useful contexts of so many.

    A context is worth what it guesses right beyond the context one lexeme shorter, as in the pruning of
    back-off models (Stolcke, 1998, with hits in the place of entropy).
    """
    corpus = [[split_lexemes(text, find_unit(text)) for text in texts] for texts in projects]
    words = find_words(corpus)
    shorter: dict[Context, Mapping[str, float]] = {(): {}}
    found: list[Candidate] = []
    for length in range(1, LONGEST + 1):
        candidates = list(rank_contexts(corpus, words, length, shorter))
        shorter = {candidate.context: candidate.shares for candidate in candidates}
        found += candidates
    found.sort(key=lambda candidate: (-candidate.usefulness, candidate.context))
    following = {
        "".join(candidate.context): "\t".join(
            pack_share(share) + lexeme for lexeme, share in candidate.shares.items()
        )
        for candidate in found[:contexts]
    }
    return {"words": sorted(words), "following": following}


def find_words(corpus: Corpus) -> frozenset[str]:
    """Return the words and numbers to tell apart: those that several projects use most often."""
    counts: Counter[str] = Counter()
    projects: Counter[str] = Counter()
    for blocks in corpus:
        inner = Counter(lexeme for lexemes in blocks for lexeme in lexemes if _may_be_rare(lexeme))
        counts += inner
        projects.update(inner.keys())
    common = (word for word, _ in counts.most_common() if projects[word] >= LEAST_PROJECTS)
    return frozenset(list(common)[:WORDS])


def rank_contexts(
    corpus: Corpus, words: frozenset[str], length: int, shorter: Mapping[Context, Mapping[str, float]]
) -> Iterator[Candidate]:
    """Yield the frequent contexts of ``length`` lexemes, given those of one less."""
    counts: defaultdict[Context, Counter[str]] = defaultdict(Counter)
    projects: Counter[tuple[Context, str]] = Counter()
    for blocks in corpus:
        inner = Counter(
            pair
            for lexemes in blocks
            for pair in _list_pairs(lexemes, words, length)
            if pair[0][1:] in shorter
        )
        projects.update(inner.keys())
        for (context, follower), count in inner.items():
            counts[context][follower] += count
    for context, followers in counts.items():
        total = followers.total()
        likely = {
            lexeme: count / total
            for lexeme, count in followers.most_common(FOLLOWERS)
            if count >= LEAST_SHARE * total
            and projects[context, lexeme] >= LEAST_PROJECTS
            and "\t" not in lexeme
        }
        if total >= LEAST_COUNT and likely:
            best, share = next(iter(likely.items()))
            yield Candidate(context, likely, total * (share - shorter[context[1:]].get(best, 0.0)))


def _list_pairs(lexemes: Sequence[str], words: frozenset[str], length: int) -> Iterator[tuple[Context, str]]:
    masked = [mask(lexeme, words) for lexeme in lexemes]
    for end in range(length, len(lexemes)):
        yield tuple(masked[end - length : end]), lexemes[end]


def _may_be_rare(lexeme: str) -> bool:
    return mask(lexeme, frozenset()) != lexeme


def _group_by_language(blocks: Iterable[Block]) -> Iterator[tuple[str, list[Block]]]:
    ordered = sorted(blocks, key=lambda block: block.language)
    for language, group in groupby(ordered, key=lambda block: block.language):
        yield language, list(group)


if __name__ == "__main__":
    main()
