"""Edits of one line that the instruction quotes: delete, replace, insert, comment."""

from __future__ import annotations

import random

from specedit_lsp.training.pools import Pools, is_statement
from specedit_lsp.training.renames import Edit


def indent_of(line: str) -> str:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def set_off(text: str, rng: random.Random) -> str:
    """A piece of code as it stands in an instruction: mostly in backticks."""
    style = rng.choices(["`", "", '"'], [6, 3, 1])[0]
    return f"{style}{text}{style}" if style != '"' or '"' not in text else f"`{text}`"


def draw_line(text: str, rng: random.Random) -> tuple[list[str], int] | None:
    """The lines of `text` and the index of one that is a statement by itself and occurs once."""
    lines = text.split("\n")
    stripped = [line.strip() for line in lines]
    order = list(range(len(lines)))
    rng.shuffle(order)
    for index in order:
        line = stripped[index]
        if stripped.count(line) == 1 and len(line) <= 80 and "`" not in line and is_statement(line):
            return lines, index
    return None


def delete_line(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete a line that the instruction quotes."""
    found = draw_line(text, rng)
    if found is None or len(found[0]) < 2:
        return None
    lines, index = found
    phrasing = rng.choice(
        ["delete the line {}", "remove the line {}", "delete {}", "remove {}", "drop the line {}"]
    )
    return phrasing.format(set_off(lines[index].strip(), rng)), "\n".join(lines[:index] + lines[index + 1 :])


def comment_out(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Turn a line that the instruction quotes into a comment."""
    found = draw_line(text, rng)
    if found is None:
        return None
    lines, index = found
    quoted = set_off(lines[index].strip(), rng)
    lines[index] = f"{indent_of(lines[index])}# {lines[index].strip()}"
    return rng.choice(["comment out {}", "comment out the line {}", "comment {} out"]).format(
        quoted
    ), "\n".join(lines)


def replace_line(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Replace a quoted line with another quoted line."""
    found = draw_line(text, rng)
    if found is None:
        return None
    lines, index = found
    old, new = lines[index].strip(), pools.draw_statement(rng)
    if old == new:
        return None
    lines[index] = indent_of(lines[index]) + new
    phrasing = rng.choice(
        ["replace the line {} with {}", "replace {} with {}", "change {} to {}", "change the line {} to {}"]
    )
    return phrasing.format(f"`{old}`", f"`{new}`"), "\n".join(lines)


def insert_line(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Insert a quoted statement before or after a quoted line."""
    found = draw_line(text, rng)
    if found is None:
        return None
    lines, index = found
    new, old = pools.draw_statement(rng), lines[index].strip()
    place = rng.choice(["after", "after", "before", "below", "above"])
    verb = rng.choice(["insert", "add", "add the line", "insert the line", "put"])
    lines.insert(index + (place in {"after", "below"}), indent_of(lines[index]) + new)
    target = rng.choice(["", "the line "])
    return f"{verb} `{new}` {place} {target}`{old}`", "\n".join(lines)


def add_comment(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Put a comment, given in the instruction, above a line."""
    comment = rng.choice(pools.comments if rng.random() < 0.6 else pools.sentences)
    lines = text.split("\n")
    landmarks = {
        "the return statement": "return",
        "the loop": "for ",
        "the for loop": "for ",
        "the if": "if ",
    }
    choices = [
        (name, hits[0])
        for name, start in landmarks.items()
        if len(hits := [i for i, line in enumerate(lines) if line.strip().startswith(start)]) == 1
    ]
    found = draw_line(text, rng)
    if found is not None:
        choices += [(rng.choice(["", "the line "]) + f"`{lines[found[1]].strip()}`", found[1])] * 3
    choices += [("the first line", 0), ("the selection", 0)] if rng.random() < 0.3 else []
    if not choices:
        return None
    where, index = rng.choice(choices)
    place = rng.choice(["above", "above", "before"])
    what = rng.choice(
        ['the comment "{}"', "the comment `# {}`", 'a comment "{}"', 'a comment saying "{}"', "`# {}`"]
    )
    verb = rng.choice(["add", "add", "insert", "put"])
    lines.insert(index, f"{indent_of(lines[index])}# {comment}")
    return f"{verb} {what.format(comment)} {place} {where}", "\n".join(lines)
