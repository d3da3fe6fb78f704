"""The pinned, permissively licensed projects that the training and held-out blocks come from."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.training.corpus.blocks import Block, read_blocks, write_blocks
from specedit_lsp.training.corpus.origins import locate_project
from specedit_lsp.training.corpus.project_blocks import extract_project, spread

BLOCKS = {
    "python": 72_000,
    "javascript": 14_000,
    "typescript": 12_000,
    "c": 9_000,
    "cpp": 10_000,
    "go": 12_000,
    "rust": 10_000,
    "java": 8_000,
    "shell": 3_000,
    "css": 5_000,
    "html": 4_000,
}
"""How many blocks of each language are trained on, at most."""

HELD_OUT_SHARE = 0.2
"""Of as many blocks as are trained on, so many are kept from the held-out projects, at most."""


@dataclass(frozen=True)
class Source:
    """One project: where its files come from, under which licence, and whether it is held out."""

    name: str
    version: str
    licence: str
    origin: str = "wheel"
    """What `locate_project` takes."""
    languages: Sequence[str] = ("python",)
    """The languages that blocks are taken in."""
    folder: str = ""
    """The part of the unpacked archive that counts."""
    held_out: bool = False


def read_sources() -> list[Source]:
    """The table `sources.toml` beside this file."""
    table = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
    return [Source(**row) for row in table["sources"]]


def build_corpus(folder: Path) -> dict[tuple[str, str], int]:
    """Write `train.jsonl` and `held_out.jsonl` under `folder`; count the blocks by language and project.

    A block whose text also stands in a held-out project is never trained on.
    """
    seen: set[str] = set()
    found: dict[bool, list[Block]] = {True: [], False: []}
    for source in sorted(read_sources(), key=lambda source: not source.held_out):
        root = locate_project(source.origin, source.name, source.version, folder / "sources") / source.folder
        if not root.is_dir():
            raise FileNotFoundError(f"no {source.folder} in {source.name}: mend its row in sources.toml")
        for block in extract_project(source.name, source.languages, root):
            if block.text not in seen:
                seen.add(block.text)
                found[source.held_out].append(block)
    held_out = share_out(found[True], {name: int(most * HELD_OUT_SHARE) for name, most in BLOCKS.items()})
    train = share_out(found[False], BLOCKS)
    write_blocks(held_out, folder / "held_out.jsonl")
    write_blocks(train, folder / "train.jsonl")
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for block in (*held_out, *train):
        counts[block.language, block.project] += 1
    return dict(counts)


def share_out(blocks: Sequence[Block], most: dict[str, int]) -> list[Block]:
    """At most so many blocks of each language: large projects are cut to one size, evenly over the files."""
    groups: dict[str, dict[str, list[Block]]] = defaultdict(lambda: defaultdict(list))
    for block in blocks:
        groups[block.language][block.project].append(block)
    kept = []
    for language, projects in groups.items():
        size = fair_size([len(group) for group in projects.values()], most[language])
        for group in projects.values():
            kept += spread(group, size)
    return kept


def fair_size(sizes: Sequence[int], total: int) -> int:
    """The largest size to cut all `sizes` down to so that they come to `total` or less."""
    left, size = total, 0
    for number, smallest in enumerate(sorted(sizes)):
        size = left // (len(sizes) - number)
        if smallest > size:
            return size
        left -= smallest
    return max(sizes, default=0)


def load_corpus(folder: Path, held_out: bool) -> list[Block]:
    """The training or the held-out blocks written by `build_corpus`."""
    return read_blocks(folder / ("held_out.jsonl" if held_out else "train.jsonl"))
