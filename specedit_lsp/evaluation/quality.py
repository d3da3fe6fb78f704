"""How often a model's answers are exactly right, and what is wrong with those that are not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from specedit_lsp.evaluation.quality_set import QualityEdit
from specedit_lsp.evaluation.syntax import parses
from specedit_lsp.transport.messages import Reason, RewriteOrder
from specedit_lsp.worker.engine_protocol import OrderRefused, Rewriter, Written

NEAR_MISS = 3
"""Characters to insert, delete or replace, at most, in an answer that is nearly right."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one edit."""

    text: str
    """What replaces the selection; empty if the engine refused."""
    refusal: Reason | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """One answer compared with the right one."""

    edit: QualityEdit
    answer: Answer
    exact: bool
    near: bool
    """Whether it is wrong by at most ``NEAR_MISS`` characters."""
    untouched: int
    """Lines of the selection that the right answer keeps; of a refused edit none are counted."""
    kept: int
    """Those of them that the answer keeps as well."""
    sound: bool | None
    """Whether it is free of syntax errors. None where the right answer by itself is not, as some loose lines
    are not, where nothing was answered, and where no grammar is installed."""


def measure_quality(
    engine: Rewriter, edits: Sequence[QualityEdit], on_progress: Callable[[], None] = lambda: None
) -> list[Score]:
    """Have the engine carry out each edit; ``on_progress`` is called after each."""
    scores: list[Score] = []
    for edit in edits:
        scores.append(score_answer(edit, ask(engine, edit)))
        on_progress()
    return scores


def ask(engine: Rewriter, edit: QualityEdit) -> Answer:
    """Return what the engine makes of an edit, without any text around the selection."""
    order = RewriteOrder(instruction=edit.instruction, selection=edit.before, language=edit.language)
    began = time.perf_counter()
    try:
        steps = engine.rewrite(order, lambda: False)
        pieces = [step.text for step in steps if isinstance(step, Written)]
    except OrderRefused as refused:
        return Answer("", refused.reason, time.perf_counter() - began)
    return Answer("".join(pieces), None, time.perf_counter() - began)


def score_answer(edit: QualityEdit, answer: Answer) -> Score:
    """Compare an answer with the right one."""
    if answer.refusal:
        return Score(edit, answer, exact=False, near=False, untouched=0, kept=0, sound=None)
    exact = answer.text == edit.after
    untouched, kept = count_untouched(edit.before, edit.after, answer.text)
    return Score(
        edit,
        answer,
        exact=exact,
        near=not exact and is_within(answer.text, edit.after, NEAR_MISS),
        untouched=untouched,
        kept=kept,
        sound=parses(answer.text, edit.language) if parses(edit.after, edit.language) else None,
    )


def count_untouched(before: str, after: str, answer: str) -> tuple[int, int]:
    """Return how many lines of ``before`` stand in ``after``, and how many of those in ``answer`` too.

    The texts are aligned line by line, so a line counts at its place and not wherever its like occurs.
    """
    expected = after.split("\n")
    untouched = _align(expected, before.split("\n"))
    return len(untouched), len(untouched & _align(expected, answer.split("\n")))


def _align(lines: list[str], other: list[str]) -> set[int]:
    """The places in ``lines`` of those that also stand in ``other``, in the same order."""
    blocks = SequenceMatcher(None, lines, other, autojunk=False).get_matching_blocks()
    return {block.a + number for block in blocks for number in range(block.size)}


def is_within(text: str, other: str, most: int) -> bool:
    """Return whether ``most`` insertions, deletions and replacements of a character make one text the other.

    Ukkonen (1985): for each number of edits and each diagonal only the furthest point is kept.
    """
    goal = len(other) - len(text)
    if abs(goal) > most:
        return False
    # How much of the text is dealt with, by diagonal: that is the place in the other text less the one in it.
    furthest = {0: _slide(text, other, 0, 0)}
    for _ in range(most):
        reached: dict[int, int] = {}
        for diagonal, place in furthest.items():
            for neighbour, start in ((diagonal - 1, place + 1), (diagonal, place + 1), (diagonal + 1, place)):
                start = min(start, len(text), len(other) - neighbour)
                reached[neighbour] = max(reached.get(neighbour, 0), _slide(text, other, start, neighbour))
        furthest = reached
    return furthest.get(goal, -1) == len(text)


def _slide(text: str, other: str, start: int, diagonal: int) -> int:
    """How far the texts agree from ``start`` on, along a diagonal."""
    while start < len(text) and start + diagonal < len(other) and text[start] == other[start + diagonal]:
        start += 1
    return start
