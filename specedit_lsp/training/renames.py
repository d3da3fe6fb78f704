"""Renames: one or two names replaced at every whole-word occurrence, comments and strings included."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.pools import BUILTINS, Pools, find_names, invent_name, is_renamable

ROLE_WEIGHTS = {
    "parameter": 3.0,
    "variable": 3.0,
    "function": 2.0,
    "class": 2.5,
    "attribute": 1.5,
    "name": 1.0,
}
ROLE_WORDS = {
    "parameter": ["parameter", "argument", "param", "variable", "arg"],
    "variable": ["variable", "local variable", "var", "name"],
    "function": ["function", "method"],
    "class": ["class"],
    "attribute": ["attribute", "field", "property", "method"],
    "name": ["name", "variable", "identifier"],
}
PHRASINGS = (
    ["rename {old} to {new}"] * 8
    + ["rename {role} {old} to {new}"] * 2
    + ["rename the {role} {old} to {new}"] * 3
    + ["rename {old} into {new}", "rename {old} as {new}", "rename {old} -> {new}"]
    + ["change the name of {old} to {new}", "change the name of the {role} {old} to {new}"]
    + ["replace {old} with {new}"] * 2
    + ["change {old} to {new}", "use {new} instead of {old}", "call {old} {new} instead"]
    + ["{old} -> {new}", "{old} => {new}", "rename {old} to {new} everywhere", "replace {old} by {new}"]
    + ["the {role} {old} should be called {new}", "replace all occurrences of {old} with {new}"]
)
PAIR_PHRASINGS = (
    ["rename {a} to {b} and {c} to {d}"] * 5
    + ["rename {a} to {b} and rename {c} to {d}", "rename {a} to {b}, {c} to {d}"]
    + ["rename {a} and {c} to {b} and {d}", "{a} -> {b}, {c} -> {d}", "rename {a} into {b} and {c} into {d}"]
    + ["replace {a} with {b} and {c} with {d}", "change {a} to {b} and {c} to {d}"]
)

Edit = tuple[str, str]
"""An instruction and the text that following it gives."""


def rename_names(text: str, renames: dict[str, str]) -> str:
    """Replace whole words at once, so that swapping two names works too."""
    pattern = "|".join(map(re.escape, renames))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda match: renames[match[0]], text)


def quote_name(name: str, style: str) -> str:
    """Put `style` ("", a quote or a backtick) around the name."""
    return f"{style}{name}{style}"


def draw_quotes(rng: random.Random) -> str:
    """How names are set off in one instruction: mostly not at all."""
    return rng.choices(["", "`", "'", '"'], [5, 3, 1, 1])[0]


def draw_old_name(text: str, roles: dict[str, str], taken: set[str], rng: random.Random) -> str | None:
    """A name of `text` to rename, rather one that occurs several times; None if there is none."""
    names = sorted(name for name in find_names(text) & roles.keys() - taken if not name.startswith("__"))
    names = [name for name in names if name not in {"self", "cls"}]
    if not names:
        return None
    counts = {name: len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text)) for name in names}
    weights = [
        ROLE_WEIGHTS[roles[name]] * min(counts[name], 4) * (0.3 if name in BUILTINS else 1.0)
        for name in names
    ]
    return rng.choices(names, weights)[0]


def draw_new_name(old: str, taken: set[str], pools: Pools, rng: random.Random) -> str | None:
    """A name that the text does not hold yet; None if none was found soon."""
    for _ in range(10):
        new = invent_name(old, pools, rng)
        if new != old and new not in taken and is_renamable(new):
            return new
    return None


def rename_one(text: str, roles: dict[str, str], pools: Pools, rng: random.Random) -> Edit | None:
    """Rename one name."""
    old = draw_old_name(text, roles, set(), rng)
    new = old and draw_new_name(old, find_names(text), pools, rng)
    if not old or not new:
        return None
    return phrase_rename(old, new, roles[old], rng), rename_names(text, {old: new})


def rename_two(text: str, roles: dict[str, str], pools: Pools, rng: random.Random) -> Edit | None:
    """Rename two names in one instruction."""
    first = draw_old_name(text, roles, set(), rng)
    second = first and draw_old_name(text, roles, {first}, rng)
    if not first or not second:
        return None
    taken = find_names(text)
    new_first = draw_new_name(first, taken, pools, rng)
    new_second = new_first and draw_new_name(second, taken | {new_first}, pools, rng)
    if not new_first or not new_second:
        return None
    quotes = draw_quotes(rng)
    a, b, c, d = (quote_name(name, quotes) for name in (first, new_first, second, new_second))
    instruction = rng.choice(PAIR_PHRASINGS).format(a=a, b=b, c=c, d=d)
    return instruction, rename_names(text, {first: new_first, second: new_second})


def rename_absent(text: str, roles: dict[str, str], pools: Pools, rng: random.Random) -> Edit | None:
    """Ask to rename a name that does not occur: nothing changes."""
    present = find_names(text)
    old = draw_new_name(rng.choice(sorted(roles) or ["x"]), present, pools, rng)
    new = old and draw_new_name(old, present, pools, rng)
    if not old or not new:
        return None
    return phrase_rename(old, new, rng.choice(["variable", "function", "parameter"]), rng), text


def phrase_rename(old: str, new: str, role: str, rng: random.Random) -> str:
    """One of many ways to ask for a rename."""
    quotes = draw_quotes(rng)
    return rng.choice(PHRASINGS).format(
        old=quote_name(old, quotes), new=quote_name(new, quotes), role=rng.choice(ROLE_WORDS[role])
    )
