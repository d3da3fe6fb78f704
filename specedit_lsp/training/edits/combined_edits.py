"""Two or three different edits in one instruction, each asked of the text as the person sees it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher

from specedit_lsp.training.edits.phrasing import OPENINGS, phrase
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

Draw = Callable[[Selection, Pools, random.Random], Edit | None]
Hunk = tuple[int, int, list[str]]
"""Lines from the first to before the second become these."""


def combine_edits(
    draws: Mapping[Draw, float], selection: Selection, pools: Pools, rng: random.Random
) -> Edit | None:
    """Two, sometimes three of the edits that `draws` make, as often as it says, on different lines."""
    count = 3 if rng.random() < 0.25 else 2
    edits: list[Edit] = []
    used: set[Draw] = set()
    for _ in range(count * 3):
        draw = rng.choices(list(draws), list(draws.values()))[0]
        edit = None if draw in used else draw(selection, pools, rng)
        if (
            edit is None
            or edit.before is not None
            or edit.instruction.endswith(".")
            or not edit.instruction.startswith(tuple(OPENINGS))
        ):
            continue
        if merge_edits(selection, [*edits, edit]) is None:
            continue
        used.add(draw)
        edits.append(edit)
        if len(edits) == count:
            break
    result = merge_edits(selection, edits)
    if len(edits) < 2 or result is None:
        return None
    return Edit(join_requests([edit.instruction for edit in edits], rng), result)


def join_requests(requests: list[str], rng: random.Random) -> str:
    """The requests as one sentence, or two."""
    last = phrase(rng, "[ and | and | and |, and |; |, then | and then |. Then |. Also |. ]")
    between = rng.choice([", ", ", ", "; ", " and "])
    return between.join(requests[:-1]) + last + requests[-1]


def find_hunks(before: list[str], after: list[str]) -> list[Hunk]:
    """What changes, line by line."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(a, b, after[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def merge_edits(selection: Selection, edits: list[Edit]) -> str | None:
    """The text with all edits done; None if two of them meet, or one adds a word that another takes away."""
    words = [set(re.findall(r"\w+", text)) for text in (selection.text, *(edit.result for edit in edits))]
    gone = [words[0] - after for after in words[1:]]
    hunks: list[Hunk] = []
    for index, edit in enumerate(edits):
        own = find_hunks(selection.lines, edit.result.split("\n"))
        others = set[str]().union(*(gone[other] for other in range(len(edits)) if other != index))
        if others & set(re.findall(r"\w+", "\n".join(line for hunk in own for line in hunk[2]))) - words[0]:
            return None
        for start, stop, lines in own:
            added = set(re.findall(r"\w+", "\n".join(lines))) & others
            if added or any(start <= last and first <= stop for first, last, _ in hunks):
                return None
            hunks.append((start, stop, lines))
    lines = list(selection.lines)
    for start, stop, new in sorted(hunks, key=lambda hunk: hunk[0], reverse=True):
        lines[start:stop] = new
    result = "\n".join(lines)
    return result if result.strip() and result == result.strip("\n") else None
