"""Blocks of code, what edits are made of, and the files that keep them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

MAX_LINES = 60
MIN_CHARACTERS = 40
MAX_CHARACTERS = 2600

ROLES = ("name", "attribute", "variable", "parameter", "function", "class")
"""What a name can be; of one that is several, the last counts."""


@dataclass(frozen=True)
class Block:
    """One dedented function, class or other self-contained piece without a trailing newline."""

    project: str
    language: str
    """A name in `LANGUAGES`."""
    text: str
    roles: dict[str, str]
    """Each name in it and which of `ROLES` it has."""


def fits(text: str) -> bool:
    """Whether a block is neither too small nor too large to be edited by a small model."""
    return MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS and text.count("\n") < MAX_LINES and "\f" not in text


def read_blocks(path: Path) -> list[Block]:
    """The blocks written by `write_blocks`."""
    with path.open(encoding="utf-8") as lines:
        return [Block(**json.loads(line)) for line in lines]


def write_blocks(blocks: Iterable[Block], path: Path) -> int:
    """Write one JSON object per line and return how many there were."""
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(asdict(block)) + "\n") > 0 for block in blocks)
