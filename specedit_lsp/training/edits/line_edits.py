"""Edits of one line that the instruction quotes: delete, replace, insert, move, repeat."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.statements import is_statement
from specedit_lsp.training.edits.words import KEYWORDS

PRINTS = {
    "python": (r"print\(.*\)", "[print statement|print|print call]"),
    "javascript": (
        r"console\.(?:log|debug)\(.*\);?",
        "[console.log|console.log statement|console.log call|log statement]",
    ),
    "typescript": (
        r"console\.(?:log|debug)\(.*\);?",
        "[console.log|console.log statement|console.log call|log statement]",
    ),
    "c": (r"printf\(.*\);", "[printf|printf call|printf statement]"),
    "cpp": (r"(?:std::)?cout << .*;|printf\(.*\);", "[print statement|debug output line|print]"),
    "go": (r"fmt\.Print(?:ln|f)?\(.*\)", "[fmt.Println|fmt.Print call|print statement|print]"),
    "rust": (r"e?println!\(.*\);", "[println!|println call|print statement|print]"),
    "java": (
        r"System\.out\.print(?:ln|f)?\(.*\);",
        "[System.out.println|println call|print statement|print]",
    ),
    "shell": (r"echo .*", "[echo|echo line|echo command]"),
}
"""What prints in each language, as a whole line, and what people call one of them."""

PRINT_WORDS = re.compile(r"\bprint|\bconsole\.|\bfmt\.Print|\bcout\b|\becho\b|println")
"""What tells that a line prints, or might."""

SAMPLE_PRINTS = {
    "python": 'print("{}")',
    "javascript": 'console.log("{}");',
    "typescript": 'console.log("{}");',
    "c": 'printf("{}\\n");',
    "cpp": 'std::cout << "{}" << std::endl;',
    "go": 'fmt.Println("{}")',
    "rust": 'println!("{}");',
    "java": 'System.out.println("{}");',
    "shell": 'echo "{}"',
}


def indent_of(line: str) -> str:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def draw_line(selection: Selection, rng: random.Random, longest: int = 80) -> int | None:
    """The index of a line that is a statement by itself and occurs once."""
    stripped = [line.strip() for line in selection.lines]
    order = list(range(len(stripped)))
    rng.shuffle(order)
    for index in order[:12]:
        line = stripped[index]
        plain = len(line) <= longest and "`" not in line and is_statement(line, selection.language)
        if plain and selection.text.count(line) == 1 and begins_statement(selection.code_lines, index):
            return index
    return None


def begins_statement(code_lines: list[str], index: int) -> bool:
    """Whether a line is code that does not go on with what the line before it began."""
    before = next(
        (line.rstrip(" \x02") for line in reversed(code_lines[:index]) if line.strip(" \t\x02")), ""
    )
    return code_lines[index].strip()[:1] not in {"\x01", "\x02", ""} and not before.endswith(
        ("(", "[", ",", "\\", "=", "&&", "||", "+", "return", "->", "=>")
    )


def delete_line(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete a line that the instruction quotes."""
    index = draw_line(selection, rng)
    lines = selection.lines
    if index is None or len(lines) < 2 or (index in {0, len(lines) - 1} and "" in {lines[1], lines[-2]}):
        return None
    where = quote_code(lines[index].strip(), rng)
    if index == 0 and rng.random() < 0.3:
        where = rng.choice(["the first line", "line 1"])
    elif index == len(lines) - 1 and rng.random() < 0.3:
        where = "the last line"
    elif starts_once(selection, index) and rng.random() < 0.15:
        where = f"the line starting with {quote_code(first_word(lines[index]), rng)}"
    else:
        where = rng.choice(["", "the line ", "the line ", "this line: "]) + where
    instruction = phrase(
        rng, "[delete|remove|drop|delete|remove] {where}", "[get rid of|take out] {where}", where=where
    )
    return Edit(instruction, "\n".join(lines[:index] + lines[index + 1 :]))


def first_word(line: str) -> str:
    """What a line begins with, up to the first blank."""
    return line.split()[0]


def starts_once(selection: Selection, index: int) -> bool:
    """Whether only this line begins with its first word."""
    word = first_word(selection.lines[index])
    return len(word) > 2 and sum(line.lstrip().startswith(word) for line in selection.lines) == 1


def replace_line(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Replace a quoted line with another quoted line, often one much like it."""
    index = draw_line(selection, rng)
    if index is None:
        return None
    lines = list(selection.lines)
    old = lines[index].strip()
    new = pools.draw_statement(selection.language, rng)
    if rng.random() < 0.5:
        words = [word for word in re.findall(r"(?<!\w)[A-Za-z_]\w{2,}", old) if word not in KEYWORDS]
        new = (
            old.replace(rng.choice(words), pools.draw_name(selection.language, "snake", rng))
            if words
            else new
        )
    if new == old or not is_statement(new, selection.language):
        return None
    lines[index] = indent_of(lines[index]) + new
    instruction = phrase(
        rng,
        "[replace|replace the line] {old} [with|with|by] {new}",
        "change [|the line ]{old} to {new}",
        "[instead of|in place of] {old} [write|use|put] {new}",
        "[the line |]{old} should be {new}",
        "turn [the line |]{old} into {new}",
        old=f"`{old}`",
        new=f"`{new}`",
    )
    return Edit(instruction, "\n".join(lines))


def insert_line(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Insert a quoted statement before or after a quoted line, or at an end of loose lines."""
    new = pools.draw_statement(selection.language, rng)
    if rng.random() < 0.1 and selection.language in SAMPLE_PRINTS:
        new = SAMPLE_PRINTS[selection.language].format(pools.draw_name(selection.language, "snake", rng))
    index = draw_line(selection, rng)
    if index is None:
        return None
    lines = list(selection.lines)
    verb = rng.choice(
        ["insert", "add", "add", "add the line", "insert the line", "put", "put the line", "write"]
    )
    below = rng.random() < 0.6
    place = rng.choice(["after", "after", "below", "under"] if below else ["before", "before", "above"])
    where = phrase(rng, "{place} [|the line |the line ]`{line}`", place=place, line=lines[index].strip())
    if index == 0 and not below and rng.random() < 0.5:
        where = rng.choice(
            ["at the top", "at the beginning", "as the first line", "at the start", "above everything"]
        )
    elif index == len(lines) - 1 and below and rng.random() < 0.5:
        where = rng.choice(["at the end", "at the bottom", "as the last line"])
    elif starts_once(selection, index) and first_word(lines[index]) == "return" and rng.random() < 0.6:
        where = f"{place} the return{rng.choice(['', ' statement'])}"
    lines.insert(index + below, indent_of(lines[index]) + new)
    instruction = phrase(
        rng, "{verb} `{new}` {where}", "{where}[,|] {verb} `{new}`", verb=verb, new=new, where=where
    )
    return Edit(instruction, "\n".join(lines))


def move_line(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Move a quoted line to before or after another one of the same indentation."""
    index, target = draw_line(selection, rng), draw_line(selection, rng)
    if index is None or target is None or index == target:
        return None
    lines = list(selection.lines)
    if indent_of(lines[index]) != indent_of(lines[target]):
        return None
    below = rng.random() < 0.5
    line, other = lines[index], lines[target]
    del lines[index]
    lines.insert(lines.index(other) + below, line)
    if lines == selection.lines:
        return None
    place = rng.choice(["after", "below"] if below else ["before", "above"])
    instruction = phrase(
        rng,
        "move [|the line ]{line} {place} [|the line ]{other}",
        "put [|the line ]{line} {place} {other}",
        line=quote_code(line.strip(), rng, 0.1),
        place=place,
        other=quote_code(other.strip(), rng, 0.1),
    )
    return Edit(instruction, "\n".join(lines))


def repeat_line(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Write a quoted line twice."""
    index = draw_line(selection, rng)
    if index is None:
        return None
    lines = list(selection.lines)
    line = quote_code(lines[index].strip(), rng)
    lines.insert(index, lines[index])
    instruction = phrase(
        rng, "[duplicate|repeat] [|the line |the line ]{line}", "write the line {line} twice", line=line
    )
    return Edit(instruction, "\n".join(lines))


def delete_prints(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete every line that prints, some of which are put in first where there are none."""
    pattern, name = PRINTS[selection.language]
    lines = [*selection.lines]
    if not any(PRINT_WORDS.search(line) for line in lines):
        for _ in range(rng.randint(1, 3)):
            index = draw_line(Selection("\n".join(lines), selection.language, {}), rng)
            if index is not None:
                words = pools.draw_name(selection.language, "snake", rng)
                lines.insert(index, indent_of(lines[index]) + SAMPLE_PRINTS[selection.language].format(words))
    kept = [line for line in lines if not re.fullmatch(pattern, line.strip())]
    doomed = len(lines) - len(kept)
    if not doomed or not any(line.strip() for line in kept) or any(PRINT_WORDS.search(line) for line in kept):
        return None
    if any(
        leaves_empty_block(lines, index)
        for index, line in enumerate(lines)
        if re.fullmatch(pattern, line.strip())
    ):
        return None
    result = "\n".join(kept)
    if result != result.strip("\n"):
        return None
    called = phrase(rng, name)
    plural = called + ("" if called[-1] == "!" else "s")
    instruction = phrase(
        rng,
        "[remove|delete|drop] [all|all the|the|every one of the] {plural}",
        "[remove|delete] all {plural}[| here| in this code]",
        "[get rid of|strip out|strip] [the|all] {plural}",
        *(["[remove|delete] the {called}", "[remove|delete|drop] the debug print"] if doomed == 1 else []),
        plural=plural,
        called=called,
    )
    return Edit(instruction, result, "\n".join(lines))


def leaves_empty_block(lines: list[str], index: int) -> bool:
    """Whether the line is alone at its indentation, so that its block would be empty without it."""
    indent = len(indent_of(lines[index]))
    before = next((line for line in reversed(lines[:index]) if line.strip()), "")
    after = next((line for line in lines[index + 1 :] if line.strip()), "")
    return len(indent_of(before)) < indent and len(indent_of(after)) < indent
