"""How code is written rather than what it does: quotes, indentation, order, blank lines, semicolons."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.line_edits import indent_of
from specedit_lsp.training.edits.phrasing import phrase
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_partner, split_items
from specedit_lsp.training.edits.statement_forms import indent_unit

IMPORTS = {
    "python": r"(?:import|from) [\w. ,]+",
    "javascript": r"import .+ from .+|(?:const|var|let) .+ = require\(.+\);?",
    "typescript": r"import .+ from .+",
    "c": r"#include .+",
    "cpp": r"#include .+",
    "rust": r"use .+;",
    "java": r"import [\w.*]+;",
}
"""Lines that import."""


def change_quotes(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give all strings the other quotes; strings that hold a quote or a backslash stay as they are."""
    old, new = rng.choice([("'", '"'), ('"', "'")])
    parts, end, changed = [], 0, 0
    for piece in selection.pieces:
        string = selection.text[piece.start : piece.end]
        body = string.lstrip("rbfuRBFU")
        plain = piece.kind == "string" and body[0] == body[-1] == old and not set("'\"\\") & set(body[1:-1])
        if plain and len(body) > 1:
            prefix = string[: len(string) - len(body)]
            parts += [selection.text[end : piece.start], prefix, new, body[1:-1], new]
            end, changed = piece.end, changed + 1
        elif piece.kind == "string" and body.strip(old) != body and not body.startswith(old * 3):
            return None
    if not changed:
        return None
    names = {"'": "single", '"': "double"}
    instruction = phrase(
        rng,
        "use {new} quotes[|| everywhere| for strings| instead of {old} quotes]",
        "[change|convert|replace] [|the |all ]{old} quotes [to|with|into] {new} quotes",
        "[change|convert|switch] [the strings|all strings|strings|it] to {new} quotes",
        "{new} quotes[| please|, not {old} quotes]",
        "[make|turn] the quotes {new}[| quotes]" if rng.random() < 0.3 else "switch to {new} quotes",
        new=names[new],
        old=names[old],
    )
    return Edit(instruction, "".join(parts) + selection.text[end:])


def change_indentation(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Indent with tabs, two or four spaces instead of what it is indented with now."""
    old = indent_unit(selection)
    if selection.spans_lines("string") or not any(map(indent_of, selection.lines)):
        return None
    new = rng.choice([unit for unit in ("  ", "    ", "\t") if unit != old])
    lines = []
    for line in selection.lines:
        blanks = indent_of(line)
        if blanks.replace(old, ""):
            return None
        lines.append(new * (len(blanks) // len(old)) + line.lstrip() if line.strip() else line)
    words = {"\t": "tabs", "  ": "[2|two] spaces", "    ": "[4|four] spaces", "        ": "[8|eight] spaces"}
    instruction = phrase(
        rng,
        "indent with {new}[|| instead of {old}]",
        "use {new} [for indentation|to indent|as indentation][|| instead of {old}]",
        "[change|convert] the indentation [|from {old} ]to {new}",
        "[convert|change] {old} to {new}",
        "{new} instead of {old}",
        "[reindent|re-indent] with {new}",
        new=phrase(rng, words[new]),
        old=phrase(rng, words.get(old, "spaces")),
    )
    return Edit(instruction, "\n".join(lines))


def sort_lines(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Sort the imports, or all lines, alphabetically as they are written."""
    pattern = IMPORTS.get(selection.language)
    lines = selection.lines
    found = [index for index, line in enumerate(lines) if pattern and re.fullmatch(pattern, line)]
    if len(found) > 1 and found[-1] - found[0] == len(found) - 1:
        first, last = found[0], found[-1] + 1
        what = "[the imports|imports|the imports alphabetically|the import lines|imports alphabetically]"
        if selection.language in {"c", "cpp"}:
            what = "[the includes|includes|the includes alphabetically]"
    elif (
        2 < len(lines) < 12 and len({line[-1:] for line in lines}) == 1 and len({*map(indent_of, lines)}) == 1
    ):
        if not all(re.fullmatch(r"[\w\"'.-]+,", line.strip()) for line in lines):
            return None
        first, last = 0, len(lines)
        what = "[the lines|these lines|the lines alphabetically|this alphabetically|these]"
    else:
        return None
    ordered = sorted(lines[first:last])
    if ordered != sorted(ordered, key=str.lower):
        return None
    reverse = rng.random() < 0.1
    if reverse:
        ordered.reverse()
        what = "[the imports|them|the lines]"
    if len(set(ordered)) < len(ordered):
        return None
    mixed = lines[first:last]
    while mixed == ordered:
        rng.shuffle(mixed)
    before = "\n".join([*lines[:first], *mixed, *lines[last:]])
    how = rng.choice([" in reverse order", " in descending order", " from z to a"]) if reverse else ""
    return Edit(
        phrase(rng, f"sort {what}") + how, "\n".join([*lines[:first], *ordered, *lines[last:]]), before
    )


def sort_items(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Sort the items of a list of strings or numbers that stands on one line."""
    if not re.search(r"[\[({][\"'\d]", selection.text):
        return None
    lists = []
    for match in re.finditer(r"(?:(?<=[=(:] )|(?<=\())[\[{(]", selection.code):
        end = find_partner(selection.code, match.start())
        if end is not None and "\n" not in selection.text[match.start() : end]:
            spans = split_items(selection.code, match.end(), end)
            items = [selection.text[slice(*span)] for span in spans]
            strings = all(re.fullmatch(r"([\"'])[\w. -]+\1", item) for item in items)
            numbers = all(re.fullmatch(r"\d{1,5}", item) for item in items)
            if len(items) > 2 and (strings or numbers) and len(set(items)) == len(items):
                lists.append((match.end(), end, items, strings))
    if len(lists) != 1:
        return None
    start, end, items, strings = lists[0]
    ordered = sorted(items, key=str if strings else int)
    if strings and ordered != sorted(ordered, key=str.lower):
        return None
    mixed = list(items)
    while mixed == ordered:
        rng.shuffle(mixed)
    before = selection.text[:start] + ", ".join(mixed) + selection.text[end:]
    what = (
        "[the list|the items|the list items|the items of the list|the strings]"
        if strings
        else "[the list|the numbers]"
    )
    how = "[|| alphabetically]" if strings else "[|| in ascending order]"
    instruction = phrase(
        rng, f"sort {what}{how}", f"put {what} in {'alphabetical' if strings else 'ascending'} order"
    )
    return Edit(instruction, selection.text[:start] + ", ".join(ordered) + selection.text[end:], before)


def delete_blank_lines(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete every blank line."""
    kept = [line for line in selection.lines if line.strip()]
    if len(kept) == len(selection.lines) or selection.spans_lines("string"):
        return None
    templates = (
        "[remove|delete|drop] [all|the|all the] [blank|empty] lines",
        "[get rid of|strip] [the|all] [blank|empty] lines",
        "no [blank|empty] lines",
    )
    return Edit(phrase(rng, *templates), "\n".join(kept))


def change_semicolons(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete the semicolons at the ends of lines, or the other way round."""
    ends = [len(line.rstrip(" \x02")) for line in selection.code_lines]
    pairs = list(zip(selection.lines, selection.code_lines, ends, strict=True))
    if not any(code[:end].endswith(";") for _, code, end in pairs) or re.search(r";[^\n]*;", selection.code):
        return None
    if selection.spans_lines("string") or re.search(r";\s*[\[(`+/-]", selection.code):
        return None
    bare = "\n".join(
        line[: end - 1] + line[end:] if code[:end].endswith(";") else line for line, code, end in pairs
    )
    if not bare.strip():
        return None
    instruction = phrase(
        rng,
        "[remove|drop|delete] [the|all|all the] semicolons",
        "[get rid of|strip] [the|all] semicolons",
        "no semicolons",
        "[remove|drop] the semicolons at the ends of the lines",
    )
    return Edit(instruction, bare)
