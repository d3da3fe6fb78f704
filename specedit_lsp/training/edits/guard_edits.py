"""Returning early: a condition and a return at the beginning of a function."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.line_edits import begins_statement, indent_of
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_signature
from specedit_lsp.training.edits.statement_forms import FORMS, draw_condition, indent_unit
from specedit_lsp.training.edits.statements import begins_definition

VALUES = {
    "python": ["None", "None", "False", "[]", "0", "True", '""', "{}"],
    "shell": ["1", "0"],
    "rust": ["None", "false", "0"],
}
"""What is returned, where it is not the same few things as elsewhere."""


def return_early(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Return at the beginning of a function, or of loose lines, if something holds."""
    forms, signature = FORMS[selection.language], find_signature(selection)
    lines = list(selection.lines)
    first = 0
    if signature is not None:
        if signature.body is None:
            return None
        first = selection.text.count("\n", 0, signature.body)
        if selection.language == "python" and re.match(r"\s+[rRbfu]?[\"']", lines[first]):
            if not re.fullmatch(r"\s+(\"\"\"|''').*\1", lines[first]):
                return None
            first += 1
    elif indent_of(lines[0]) or not re.match(r"[\w*&]", lines[0]) or begins_definition(lines[0]):
        return None
    if first >= len(lines) or not lines[first].strip() or not begins_statement(selection.code_lines, first):
        return None
    condition = draw_condition(selection, pools, rng)
    usual = [forms.nothing, "false", "0", "true", "-1"]
    value = rng.choice([*VALUES.get(selection.language, usual), ""])
    statement = f"return {value}".strip()
    pad, unit = indent_of(lines[first]), indent_unit(selection)
    block = [pad + forms.condition.format(condition), pad + unit + statement + forms.end]
    lines[first:first] = block + ([pad + forms.close] if forms.close else [])
    instruction = phrase(
        rng,
        "{statement} early if {asked}",
        "add an early return[:|] {statement} if {asked}",
        "{statement} at the [top|beginning|start] if {asked}",
        "[first|at the beginning|at the start], {statement} if {asked}",
        "if {asked}, {statement} [early|at the top|first thing|at the very beginning]",
        "add a guard[ clause|]: if {asked}, {statement}",
        "add a check at the [top|beginning|start]: if {asked}, {statement}",
        statement=quote_code(statement, rng, 0.7),
        asked=quote_code(condition, rng, 0.5),
    )
    return Edit(instruction, "\n".join(lines))
