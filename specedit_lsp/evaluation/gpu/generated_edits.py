"""Edits made by rule from the functions of the bundled set of edits: nothing to download, always the same."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.quality_set import read_quality_set

_SNAKE_CASE = re.compile(r"(?<![\w.])[a-z]+(?:_[a-z0-9]+)+(?!\w)")
_NAME = re.compile(r"[A-Za-z_]\w{3,}")
_RENAMED = range(300, 1500)
"""Characters of a function in which a name is changed."""
_LONGEST_BLOCK = 4
"""Lines that are changed together."""
_REQUEST = "Apply the change requests of the review to this code."


def make_style_renames(limit: int) -> list[EditCase]:
    """Return edits that change one name of a function from snake_case to camelCase, everywhere in it."""
    cases: list[EditCase] = []
    for number, function in enumerate(_read_functions()):
        names = Counter(_SNAKE_CASE.findall(function))
        if len(function) not in _RENAMED or not names:
            continue
        old = names.most_common(1)[0][0]
        first, *others = old.split("_")
        new = first + "".join(word.capitalize() for word in others)
        after = re.sub(rf"\b{old}\b", new, function)
        cases.append(EditCase(f"style-{number}", "python", f"Rename `{old}` to `{new}`.", function, after))
        if len(cases) == limit:
            break
    return cases


def make_edited_files(
    limit: int, ratio: float, length: int, measure: Callable[[str], int] = len
) -> list[EditCase]:
    """Return edits of texts put together from functions, as long as ``length`` by ``measure``.

    Blocks of up to four lines are deleted, get lines of other files behind them, or have a name exchanged in
    them, in equal numbers, until the characters deleted and inserted are ``ratio`` of the text. The
    instruction names none of it, and what comes from other files is nowhere in the prompt.
    """
    functions = _read_functions()
    cases: list[EditCase] = []
    for number in range(limit):
        text = ""
        while measure(text) < length:
            text += next(functions).rstrip("\n") + "\n\n\n"
        while measure(text) > length:
            # The last lines, down to the length; at least one by one.
            text = text[: text.rstrip("\n").rfind("\n") + 1]
        foreign = next(functions).split("\n")
        after = _edit(text.split("\n"), ratio * len(text), foreign, random.Random(number))
        cases.append(EditCase(f"file-{number}-{ratio:.0%}", "python", _REQUEST, text, after))
    return cases


def _edit(lines: Sequence[str], budget: float, foreign: Sequence[str], dice: random.Random) -> str:
    """Return the text with changes of about ``budget`` characters."""
    names = sorted(set(_NAME.findall("\n".join(lines))))
    edited = {number: [line] for number, line in enumerate(lines)}
    untouched = [number for number, line in enumerate(lines) if line.strip()]
    dice.shuffle(untouched)
    strange = (line for _ in count() for line in foreign if line.strip())
    spent = 0
    for turn, number in enumerate(untouched):
        if spent >= budget:
            break
        block = range(number, min(number + dice.randint(1, _LONGEST_BLOCK), len(lines)))
        if any(edited[row] != [lines[row]] for row in block):
            continue
        if turn % 3 == 0:
            for row in block:
                edited[row] = []
                spent += len(lines[row]) + 1
        elif turn % 3 == 1:
            added = list(islice(strange, len(block)))
            edited[block[-1]] = [lines[block[-1]], *added]
            spent += sum(len(line) + 1 for line in added)
        elif old := _NAME.search(lines[number]):
            new = dice.choice(names)
            edited[number] = [lines[number].replace(old[0], new)]
            spent += max(len(old[0]), len(new)) * lines[number].count(old[0])
    return "\n".join(line for number in sorted(edited) for line in edited[number])


def _read_functions() -> Iterator[str]:
    """Yield the Python texts of the bundled set, each once, in an order of their own; then again."""
    texts = sorted({edit.before for edit in read_quality_set() if edit.language == "python"})
    random.Random(0).shuffle(texts)
    for _ in count():
        yield from texts
