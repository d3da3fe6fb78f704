"""What is edited: a whole block or some of its lines, with what the edits ask of it."""

from __future__ import annotations

import math
import random
import re
import textwrap
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.corpus.languages import LANGUAGES, Language
from specedit_lsp.training.edits.scanning import Piece, blank_pieces, find_pieces

WHOLE_SHARE = 0.45
"""Of the selections that are a whole block."""
MANY_LINES = re.compile(r'''"""|\'\'\'|/\*|`|<!--|R"|="[^"]*\n''')
"""What begins strings and comments that may go on over several lines, in most languages."""
SHORTEST = 30
"""Characters that a span of lines is meant to have at least."""


@dataclass(frozen=True)
class Edit:
    """What is asked, in one line, and the text that answers it."""

    instruction: str
    result: str
    before: str | None = None
    """What is edited, where that is not the text that was drawn but something made from it."""


@dataclass(frozen=True)
class Selection:
    """Dedented code without blank lines at its ends."""

    text: str
    language: str
    roles: Mapping[str, str]
    """Of the names in the block it comes from; see `Block.roles`."""
    project: str = ""
    """Where the block comes from."""

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line; not to be changed."""
        return self.text.split("\n")

    @cached_property
    def pieces(self) -> list[Piece]:
        """Its comments and strings."""
        return find_pieces(self.text, self.language)

    @cached_property
    def code(self) -> str:
        """The text at the same length with filler for comments and strings."""
        return blank_pieces(self.text, self.pieces)

    @cached_property
    def code_lines(self) -> list[str]:
        """`code` line by line; not to be changed."""
        return self.code.split("\n")

    @property
    def syntax(self) -> Language:
        """How its language writes comments."""
        return LANGUAGES[self.language]

    def spans_lines(self, kind: str) -> bool:
        """Whether a piece of this kind ("string" or "comment") has a line break in it."""
        return any(piece.kind == kind and "\n" in self.text[piece.start : piece.end] for piece in self.pieces)


def draw_selection(
    blocks: Sequence[Block], lengths: Sequence[int], rng: random.Random, characters: int
) -> Selection | None:
    """A block, or a span of lines of one, of at most `characters` characters; None if a draw came to nothing.

    `blocks` are sorted by length and `lengths` are those. Lengths are drawn log-uniformly: as many between
    100 and 200 characters as between 1000 and 2000.
    """
    shortest = min(SHORTEST, characters)
    aim = round(math.exp(rng.uniform(math.log(shortest), math.log(characters))))
    first = bisect_left(lengths, aim)
    if rng.random() < WHOLE_SHARE:
        last = max(first, bisect_right(lengths, min(aim * 1.2, characters)) - 1)
        block = blocks[min(rng.randint(first, last), len(blocks) - 1)]
        return take_text(block, block.text) if len(block.text) <= characters else None
    block = blocks[rng.randrange(min(first, len(blocks) - 1), len(blocks))]
    text = cut_lines(block.text, block.language, rng, aim)
    return take_text(block, text) if 0 < len(text) <= characters else None


def take_text(block: Block, text: str) -> Selection:
    """A selection of `text`, which is all or some of the block."""
    return Selection(text, block.language, block.roles, block.project)


def cut_lines(text: str, language: str, rng: random.Random, aim: int) -> str:
    """Some lines of `text`, about `aim` characters of them, dedented; no string or comment is cut apart."""
    pieces = find_pieces(text, language) if MANY_LINES.search(text) or language in {"rust", "shell"} else []
    inside = [span for piece in pieces if "\n" in text[slice(*(span := piece.span))]]
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
    borders = (
        [start for start in starts if not any(first < start <= last for first, last in inside)]
        if inside
        else starts
    )
    begin = rng.randrange(len(borders) - 1)
    while begin and len(text) - borders[begin] < aim:
        begin -= 1
    end = begin + 1
    while end + 1 < len(borders) and borders[end] - borders[begin] < aim:
        end += 1
    return textwrap.dedent(text[borders[begin] : borders[end] - 1]).strip("\n")
