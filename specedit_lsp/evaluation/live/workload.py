"""What a live bench runs: a file of edits, edits from the bundled set, or functions to complete."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from math import ceil
from pathlib import Path

from specedit_lsp.evaluation.edit_sets import EditCase, read_edit_set
from specedit_lsp.evaluation.live.edit_kind import EditKind, name_kind
from specedit_lsp.evaluation.quality_set import BUNDLED_SET, read_quality_set
from specedit_lsp.evaluation.target import Target, TargetTask
from specedit_lsp.prompting.prompt import PromptTooLong

LINES = "20-60"
"""Of the bundled edits, as ``--lines`` takes them."""
_KINDS = (EditKind.RENAME, EditKind.INSERTION, EditKind.DELETION, EditKind.MIXED)
_COMPLETION_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to write, and what sort of thing it is."""

    task: TargetTask
    kind: EditKind


def choose_edits(
    limit: int, is_right: Callable[[EditCase], bool], lines: range = range(20, 61)
) -> list[EditCase]:
    """Return Python edits of so many lines from the bundled set, as many of each kind as far as there are.

    Twice as many are drawn, by the same lot always; those come first that the model carries out as asked,
    because what else it writes may be no edit of that kind. The set is from projects that the bundled model
    was not trained on.
    """
    edits = [
        EditCase(edit.id, edit.language, edit.instruction, edit.before, edit.after)
        for edit in read_quality_set(BUNDLED_SET)
        if edit.language == "python" and edit.lines in lines
    ]
    random.Random(0).shuffle(edits)
    drawn = 2 * ceil(limit / len(_KINDS))
    kinds: dict[EditKind, list[EditCase]] = {kind: [] for kind in _KINDS}
    for edit in edits:
        kind = kinds.get(name_kind(edit), [])
        if len(kind) < drawn:
            kind.append(edit)
        if all(len(kind) == drawn for kind in kinds.values()):
            break
    right_first = [sorted(kind, key=lambda edit: not is_right(edit)) for kind in kinds.values()]
    return list(islice(chain.from_iterable(zip(*right_first, strict=False)), limit))


def prepare_edits(target: Target, path: Path | None, limit: int, lines: str = LINES) -> list[Errand]:
    """Return the first edits of a file, or some of the bundled set, but those too long for the model.

    Raises:
        ValueError: the file cannot be used, ``lines`` is no range, or all edits are too long.
    """
    between = _read_range(lines)
    is_right = partial(carries_out, target)
    cases = read_edit_set(path, limit) if path else choose_edits(limit, is_right, between)
    errands = [Errand(task, name_kind(case)) for case in cases if (task := _ask(target, case))]
    if not errands:
        raise ValueError("every one of the edits is too long for this model: name shorter ones by --edits")
    return errands


def prepare_completions(target: Target, path: Path, limit: int) -> list[Errand]:
    """Return the first problems of HumanEval (Chen et al., 2021): functions without their bodies.

    Raises:
        ValueError: the file cannot be read or is something else.
    """
    return [
        Errand(target.continue_text(name, prompt, "python", _COMPLETION_TOKENS), EditKind.COMPLETION)
        for name, prompt in _read_problems(path, limit)
    ]


def _read_range(lines: str) -> range:
    first, _, last = lines.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise ValueError(f"--lines is a range such as {LINES}, not {lines!r}")
    return range(int(first), int(last) + 1)


def _ask(target: Target, case: EditCase) -> TargetTask | None:
    try:
        return target.ask(case)
    except PromptTooLong:
        return None


def carries_out(target: Target, case: EditCase) -> bool:
    """Whether the model writes the right answer; drafting makes it fast and changes nothing."""
    task = _ask(target, case)
    if task is None:
        return False
    steps = target.decode(task, target.start_router(task, ("rewrite", "selection", "lookup")))
    written = ""
    for text in target.read_answer(task, (step.tokens for step in steps)):
        written += text
        if not case.after.startswith(written):
            return False
    return written == case.after


def _read_problems(path: Path, limit: int) -> Sequence[tuple[str, str]]:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        rows = [json.loads(line) for line in text.splitlines() if line.strip()][:limit]
    except (OSError, EOFError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("prompt"), str) for row in rows):
        raise ValueError(f"{path} is not HumanEval: each line should be an object with task_id and prompt")
    return [(str(row.get("task_id", number)), row["prompt"]) for number, row in enumerate(rows)]
