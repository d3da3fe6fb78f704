"""The mixture of edits that `specedit-mini` learns: an instruction, a selection, and the new text."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from specedit_lsp.training import definition_edits, line_edits, literal_edits, renames
from specedit_lsp.training.functions import Function, parses
from specedit_lsp.training.pools import Pools
from specedit_lsp.training.renames import Edit

LineEdit = Callable[[str, Pools, random.Random], Edit | None]
Rename = Callable[[str, dict[str, str], Pools, random.Random], Edit | None]

RENAMES: dict[str, tuple[Rename, float]] = {
    "rename": (renames.rename_one, 58),
    "two renames": (renames.rename_two, 10),
    "no-op": (renames.rename_absent, 3),
}
ONE_LINE_EDITS: dict[str, tuple[LineEdit, float]] = {
    "number": (literal_edits.change_number, 3),
    "string": (literal_edits.change_string, 3),
    "operator": (literal_edits.change_operator, 2.5),
    "default": (definition_edits.change_default, 2),
    "comment": (line_edits.add_comment, 3.5),
    "delete line": (line_edits.delete_line, 2.5),
    "comment out": (line_edits.comment_out, 1.5),
    "insert line": (line_edits.insert_line, 2.5),
    "replace line": (line_edits.replace_line, 1.5),
    "docstring": (definition_edits.add_docstring, 2),
    "docstring change": (definition_edits.change_docstring, 1),
    "parameter hint": (definition_edits.hint_parameter, 1.5),
    "return hint": (definition_edits.hint_return, 1),
}
LARGER_EDITS: dict[str, tuple[LineEdit, float]] = {"wrap in try": (definition_edits.wrap_in_try, 1.5)}
WEIGHTS = {kind: weight for kind, (_, weight) in {**RENAMES, **ONE_LINE_EDITS, **LARGER_EDITS}.items()}
KINDS = list(WEIGHTS)
OPENINGS = {
    "add", "annotate", "call", "change", "comment", "delete", "drop", "insert", "make", "put", "remove",
    "rename", "replace", "set", "use", "wrap",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One edit: what is asked (one line), of which dedented text, and the text that answers it."""

    kind: str
    instruction: str
    selection: str
    result: str


def draw_example(pools: Pools, rng: random.Random, characters: int, kind: str | None = None) -> Example:
    """An edit of at most `characters` characters, of the given kind or of one drawn by weight."""
    kind = kind or rng.choices(KINDS, list(WEIGHTS.values()))[0]
    while True:
        function = rng.choice(pools.functions)
        selection = draw_selection(function, rng, characters)
        edit = apply_kind(kind, selection, function.roles, pools, rng) if selection else None
        if edit is not None and "\n" not in edit[0] and (parses(edit[1]) or not parses(selection)):
            instruction = edit[0]
            return Example(kind, vary_manner(instruction, rng), selection, edit[1])


def apply_kind(kind: str, text: str, roles: dict[str, str], pools: Pools, rng: random.Random) -> Edit | None:
    """One edit of this kind, or None where the text offers no occasion for it."""
    if kind in RENAMES:
        return RENAMES[kind][0](text, roles, pools, rng)
    return {**ONE_LINE_EDITS, **LARGER_EDITS}[kind][0](text, pools, rng)


def draw_selection(function: Function, rng: random.Random, characters: int) -> str:
    """The whole function half of the time if it is short enough, else a span of its lines, dedented."""
    if len(function.text) <= characters and rng.random() < 0.55:
        return function.text
    lines = function.text.split("\n")
    start = rng.randrange(len(lines))
    stop = rng.randint(start + 1, len(lines))
    while stop > start and sum(map(len, lines[start:stop])) + stop - start > characters:
        stop -= 1
    return textwrap.dedent("\n".join(lines[start:stop])).strip("\n")


def vary_manner(instruction: str, rng: random.Random) -> str:
    """The same request as different people type it: a capital, a full stop, a please."""
    if instruction.split(" ")[0] in OPENINGS and " -> " not in instruction[:40]:
        chance = rng.random()
        if chance < 0.05:
            return rng.choice(["please ", "Please ", "can you ", "Could you "]) + instruction
        if chance < 0.08:
            return instruction + rng.choice([" please", ", please"])
        if chance < 0.45:
            instruction = instruction[0].upper() + instruction[1:]
        if rng.random() < 0.08 and (instruction[-1] in "`'\"" or instruction.lower().startswith("rename")):
            return instruction + "."
    return instruction
