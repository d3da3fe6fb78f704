"""What an instruction wants renamed, and where that stands: for an editor that can rename by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from specedit_lsp.text.instruction_phrases import find_wishes
from specedit_lsp.text.prose import PROSE

MOST = 4
"""Names: an editor looks through its whole project for each."""
_PATH = re.compile(r"(?:[^\W\d][\w$]*(?:\.|::|->))*([^\W\d][\w$]*)")
_PROSE = re.compile("|".join(PROSE.values()), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rename:
    """A name in a text, and what it is to be called."""

    offset: int
    """Where the name stands for the first time."""
    old: str
    new: str


def find_renames(instruction: str, selection: str) -> tuple[Rename, ...]:
    """Return the renames that the instruction asks for and the selection has a place for, outside of prose.

    A name by itself comes before the same name behind a point: ``x`` is a variable rather than ``self.x``.
    """
    code = _PROSE.sub(lambda prose: re.sub(r"[^\n]", " ", prose[0]), selection)
    found: dict[str, Rename] = {}
    for wish in find_wishes(instruction):
        old, new = _PATH.fullmatch(wish.old), _PATH.fullmatch(wish.new)
        if old is None or new is None or wish.old in found:
            continue
        name = rf"(?<![\w$]){re.escape(wish.old)}(?![\w$])"
        match = re.search(rf"(?<!\.){name}", code) or re.search(name, code)
        if match and old[1] != new[1]:
            found[wish.old] = Rename(match.start() + old.start(1), old[1], new[1])
    return tuple(islice(found.values(), MOST))
