"""How people word a request: templates with alternatives, quotes around names and code, and manners."""

from __future__ import annotations

import random
import re

ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")

OPENINGS = {
    "add", "annotate", "append", "await", "call", "capitalise", "capitalize", "change", "comment",
    "convert", "copy", "declare", "delete", "document", "drop", "duplicate", "edit", "extract", "get",
    "give", "guard", "indent", "insert", "join", "make", "mark", "move", "pass", "prefix", "put", "remove",
    "rename", "repeat", "replace", "return", "run", "set", "sort", "strip", "surround", "swap", "switch",
    "take", "turn", "uncomment", "unwrap", "update", "use", "wrap", "write",
}  # fmt: skip
"""Verbs that a request may begin with: only these are capitalised and follow a "please"."""


def phrase(rng: random.Random, *templates: str, **parts: str) -> str:
    """One of the templates, one of each `[this|that|]` chosen from the inside out, `{names}` filled in."""
    template = rng.choice(templates)
    while match := ALTERNATIVES.search(template):
        template = template[: match.start()] + rng.choice(match[1].split("|")) + template[match.end() :]
    return template.format(**parts)


def draw_quotes(rng: random.Random) -> str:
    """How names are set off in one instruction: mostly not at all."""
    return rng.choices(["", "`", "'", '"'], [5, 3, 1, 1])[0]


def quote_all(names: list[str], rng: random.Random) -> list[str]:
    """The names of one instruction, all set off in the same way."""
    quotes = draw_quotes(rng)
    return [f"{quotes}{name}{quotes}" for name in names]


def quote_code(code: str, rng: random.Random, bare: float = 0.3) -> str:
    """A piece of code as it stands in an instruction: mostly in backticks, sometimes in quotes."""
    if "`" in code:
        return code
    if rng.random() < bare:
        return code
    return f'"{code}"' if '"' not in code and rng.random() < 0.12 else f"`{code}`"


def quote_words(words: str, rng: random.Random) -> str:
    """Words of prose, such as a comment, as they stand in an instruction."""
    quotes = rng.choices(['"', "'", "`"], [6, 2, 2])[0]
    return f"{quotes}{words}{quotes}" if quotes not in words else words


def vary_manner(instruction: str, rng: random.Random) -> str:
    """The same request as different people type it: a capital, a full stop, a please."""
    if instruction.split(" ")[0] not in OPENINGS or " -> " in instruction or "=>" in instruction:
        return instruction
    chance = rng.random()
    if chance < 0.05:
        return rng.choice(["please ", "Please ", "can you ", "Could you ", "Can you please "]) + instruction
    if chance < 0.07:
        return instruction + rng.choice([" please", ", please"])
    if chance < 0.45:
        instruction = instruction[0].upper() + instruction[1:]
    if rng.random() < 0.1 and (instruction[-1] in "`'\"" or instruction.lower().startswith("rename")):
        return instruction + "."
    return instruction
