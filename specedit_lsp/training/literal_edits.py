"""Edits of one literal, operator or constant that occurs once."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.pools import Pools
from specedit_lsp.training.renames import Edit

NUMBER = re.compile(r"(?<![\w.\"'])\d+(?:\.\d+)?(?![\w.\"'])")
STRING = re.compile(r"""(?<![\w"'])(["'])([A-Za-z][^"'\\\n`{}]{0,30})\1(?!["'])""")
OPERATORS = {
    "==": ["!=", "is", ">="],
    "!=": ["==", "is not"],
    "<": ["<=", ">"],
    ">": [">=", "<"],
    "<=": ["<", ">="],
    ">=": [">", "<="],
    "+": ["-", "*"],
    "-": ["+"],
    "*": ["/", "+"],
    "+=": ["-=", "="],
    "and": ["or"],
    "or": ["and"],
    "True": ["False", "None"],
    "False": ["True", "None"],
    "None": ["False", "0", "True"],
}
SWAPS = [
    "change {a} to {b}",
    "change {a} to {b}",
    "replace {a} with {b}",
    "use {b} instead of {a}",
    "{a} -> {b}",
]


def swap_unique(text: str, pattern: str, new: str) -> str | None:
    """Replace the one match of `pattern`; None unless there is exactly one."""
    matches = list(re.finditer(pattern, text))
    if len(matches) != 1:
        return None
    return text[: matches[0].start()] + new + text[matches[0].end() :]


def change_number(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Change a number that occurs once."""
    numbers = sorted(set(NUMBER.findall(text)))
    if not numbers:
        return None
    old = rng.choice(numbers)
    new = rng.choice(
        [str(rng.randrange(10)), str(rng.randrange(200)), str(rng.randrange(5000)), f"{old}1", "0.5", "3.14"]
    )
    result = swap_unique(text, rf"(?<![\w.]){re.escape(old)}(?![\w.])", new)
    if result is None or new == old:
        return None
    phrasing = rng.choice(
        [*SWAPS, "change the number {a} to {b}", "change the value {a} to {b}", "make it {b} instead of {a}"]
    )
    return phrasing.format(a=old, b=new), result


def change_string(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Change a string that occurs once, keeping its quotes."""
    strings = STRING.findall(text)
    if not strings:
        return None
    quote, old = rng.choice(strings)
    words = old.split(" ")
    words[rng.randrange(len(words))] = pools.draw_name("snake", rng)
    new = rng.choice([" ".join(words), pools.draw_name("snake", rng), old.upper(), old + "s", "new " + old])
    result = swap_unique(text, rf"(?<!\w){re.escape(old)}(?!\w)", new)
    if result is None or new == old:
        return None
    q = rng.choice([quote, quote, "'", '"'])
    phrasing = rng.choice(
        [
            *SWAPS,
            "change the string {a} to {b}",
            "change the text {a} to {b}",
            "replace the string {a} with {b}",
        ]
    )
    return phrasing.format(a=f"{q}{old}{q}", b=f"{q}{new}{q}"), result


def change_operator(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Change an operator or a constant that occurs once."""
    present = [old for old in OPERATORS if re.search(rf"(?<!\S){re.escape(old)}(?!\w)", text)]
    if not present:
        return None
    old = rng.choice(present)
    new = rng.choice(OPERATORS[old])
    edge = r"(?<!\w)%s(?!\w)" if old.isalpha() else r"(?<= )%s(?= )"
    result = swap_unique(text, edge % re.escape(old), new)
    if result is None:
        return None
    q = rng.choice(["", "", "`"])
    return rng.choice(SWAPS).format(a=q + old + q, b=q + new + q), result
