"""Requests that change nothing: what they speak of is not there, or already as they want it."""

from __future__ import annotations

import random

from specedit_lsp.training.edits.case_edits import list_names, phrase_conversion
from specedit_lsp.training.edits.line_edits import PRINT_WORDS, PRINTS
from specedit_lsp.training.edits.literal_edits import ask_change
from specedit_lsp.training.edits.names import find_names, name_style, split_words
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.renames import draw_new_name, draw_old_name, phrase_rename
from specedit_lsp.training.edits.selection import Edit, Selection


def ask_for_nothing(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Leave the text as it is, for one of several reasons."""
    reasons = [rename_absent, rename_to_itself, change_absent, delete_absent, remove_missing, restyle, keep]
    draw = rng.choices(reasons, [6, 1, 1, 1, 1, 1, 1])[0]
    instruction = draw(selection, pools, rng)
    return None if instruction is None else Edit(instruction, selection.text)


def rename_absent(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Rename a name that does not occur, though perhaps as a part of others."""
    present = find_names(selection.text, selection.language)
    model = draw_old_name(selection, (), rng) or "value"
    parts = [part for part in model.strip("_").split("_") if len(part) > 2 and part not in present]
    old = parts[0] if parts and rng.random() < 0.4 else draw_new_name(model, present, selection, pools, rng)
    new = old and draw_new_name(old, present | {old}, selection, pools, rng)
    return phrase_rename(selection, old, new, rng) if old and new else None


def rename_to_itself(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Rename a name to what it is."""
    old = draw_old_name(selection, (), rng)
    return phrase_rename(selection, old, old, rng) if old else None


def change_absent(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Change a number that does not occur."""
    old, new = (str(rng.randrange(1000)) for _ in range(2))
    return ask_change("number", old, new, rng) if old not in selection.text and old != new else None


def delete_absent(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Delete a line that does not occur."""
    line = pools.draw_statement(selection.language, rng)
    template = "[delete|remove|comment out] the line {line}"
    return phrase(rng, template, line=quote_code(line, rng)) if line not in selection.text else None


def remove_missing(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Remove all of something that there is none of."""
    choices = []
    if not any(piece.kind == "comment" for piece in selection.pieces):
        choices.append("[remove|delete|strip] [all|the|all the] comments")
    if all(line.strip() for line in selection.lines):
        choices.append("[remove|delete|drop] [all|the] [blank|empty] lines")
    if selection.language in PRINTS and not PRINT_WORDS.search(selection.text):
        choices.append(f"[remove|delete] all {PRINTS[selection.language][1]}s")
    return phrase(rng, *choices) if choices else None


def restyle(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Write a name in the style that it has."""
    names = [name for name in list_names(selection) if len(split_words(name)) > 1]
    if not names:
        return None
    name = rng.choice(names)
    return phrase_conversion(name, name_style(name) or "snake", rng)


def keep(selection: Selection, pools: Pools, rng: random.Random) -> str | None:
    """Say in so many words that nothing is to change."""
    return phrase(
        rng,
        "[do|change] nothing",
        "[leave|keep] [it|this|everything|the code] [as it is|unchanged|as is]",
        "don't change anything",
        "no changes[| please| needed]",
    )
