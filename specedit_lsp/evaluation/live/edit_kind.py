"""What sort of edit it is, and how much of the text it changes, judged by the texts alone."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.drafting.session_memory import find_pairs
from specedit_lsp.drafting.substitution import Substitution
from specedit_lsp.evaluation.edit_sets import EditCase


class EditKind(StrEnum):
    """Sorts of edits."""

    RENAME = "renames"
    """Some names became other names, everywhere."""
    INSERTION = "insertions"
    """Lines came to those that were there."""
    DELETION = "deletions"
    """Lines went."""
    MIXED = "mixed edits"
    NONE = "no change"
    COMPLETION = "completions"
    """Nothing was there before."""


def name_kind(case: EditCase) -> EditKind:
    """Return what the right answer does to the selection."""
    if case.before == case.after:
        return EditKind.NONE
    before, after = case.before.split("\n"), case.after.split("\n")
    if _is_part(before, after):
        return EditKind.INSERTION
    if _is_part(after, before):
        return EditKind.DELETION
    pairs = find_pairs(case.before, case.after)
    if pairs and Substitution(pairs).apply(case.before, case.language) == case.after:
        return EditKind.RENAME
    return EditKind.MIXED


def _is_part(lines: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether all of ``lines`` stand in ``whole``, in their order."""
    rest = iter(whole)
    return all(line in rest for line in lines)


def measure_change(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the edit ratio: tokens inserted, deleted or replaced, of those of the longer text (Levenshtein).

    The distance is found row by row (Wagner and Fischer, 1974), without what both texts begin and end with.
    """
    longest = max(len(before), len(after))
    if longest == 0:
        return 0.0
    start = count_agreed(before, after)
    before, after = before[start:], after[start:]
    end = count_agreed(before[::-1], after[::-1])
    before, after = before[: len(before) - end], after[: len(after) - end]
    row = list(range(len(after) + 1))
    for done, token in enumerate(before, start=1):
        diagonal, row[0] = row[0], done
        for place, other in enumerate(after, start=1):
            least = min(diagonal + (token != other), row[place] + 1, row[place - 1] + 1)
            diagonal, row[place] = row[place], least
    return row[-1] / longest
