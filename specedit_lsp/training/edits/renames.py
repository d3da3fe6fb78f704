"""Renames: names replaced as whole words everywhere, in comments and strings too unless told otherwise."""

from __future__ import annotations

import random
import re
from collections.abc import Collection

from specedit_lsp.training.edits.names import (
    find_names,
    find_words,
    invent_name,
    is_renamable,
    rename_names,
)
from specedit_lsp.training.edits.phrasing import phrase, quote_all
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.words import BUILTINS, LITERAL_PREFIXES

ROLE_WEIGHTS = {
    "parameter": 3.0,
    "variable": 3.0,
    "function": 2.0,
    "class": 2.5,
    "attribute": 1.5,
    "name": 1.0,
}
ROLE_WORDS = {
    "parameter": "[parameter|argument|param|variable|arg]",
    "variable": "[variable|variable|local variable|var|name]",
    "function": "[function|function|method|func]",
    "class": "[class|class|type]",
    "attribute": "[attribute|field|property|member|method]",
    "name": "[name|identifier|symbol|variable]",
}
RENAMES = (
    *["rename {old} to {new}"] * 8,
    "rename [|the ]{role} {old} to {new}",
    "rename [the |]{role} {old} to {new}",
    "rename the {role} {old} to {new}[| everywhere| throughout| here| in this code| in the selection]",
    "rename {old} to {new} [everywhere|throughout|in this code|in the selection|in all places|consistently]",
    "rename [|the {role} ]{old} [into|as|->|=>|-->] {new}",
    "change the name of [|the {role} ]{old} to {new}",
    "replace {old} [with|with|by] {new}[|| everywhere]",
    "replace all [occurrences|uses|instances] of {old} [with|by] {new}",
    "change [all|the] [occurrences|uses|instances] of {old} to {new}",
    "replace the name {old} [by|with] {new}",
    "change the name {old} to {new}",
    "change [|the {role} ]{old} to {new}[|| everywhere]",
    "use [|the name ]{new} instead of {old}",
    "call [|the {role} ]{old} {new} instead",
    "{old} [->|=>|to|should be] {new}",
    "the {role} {old} [should be|must be|is now|should now be] [called|named] {new}",
    "give the {role} {old} the [|new ]name {new}",
    "use the [|new ]name {new} for the {role} {old}",
    "[make|let] the {role} {old} be called {new}",
    "{old} should be renamed to {new}",
    "[I want|I'd like|we need] {old} [to be called|renamed to] {new}",
)
PAIRS = (
    *["rename {a} to {b} and {c} to {d}"] * 5,
    "rename {a} to {b}[ and|, and| and then|;|, then] rename {c} to {d}",
    "rename {a} to {b}, {c} to {d}",
    "rename {a} and {c} to {b} and {d}[|, respectively| respectively]",
    "[|rename ]{a} [->|=>] {b}, {c} [->|=>] {d}",
    "rename {a} [into|as] {b} and {c} [into|as] {d}",
    "[replace|substitute] {a} [with|by] {b} and {c} [with|by] {d}",
    "change {a} to {b} and {c} to {d}",
    "use {b} instead of {a} and {d} instead of {c}",
    "{a} should be {b} and {c} should be {d}",
    "change the names {a} and {c} to {b} and {d}",
)
TRIPLES = (
    *["rename {a} to {b}, {c} to {d}[| and|,| and|, and] {e} to {f}"] * 4,
    "rename {a} to {b}, rename {c} to {d} and rename {e} to {f}",
    "rename {a}, {c} and {e} to {b}, {d} and {f}[|, respectively]",
    "[|rename ]{a} -> {b}, {c} -> {d}, {e} -> {f}",
    "[replace|change] {a} [with|to] {b}, {c} [with|to] {d} and {e} [with|to] {f}",
    "rename {a} to {b} and {c} to {d} and {e} to {f}",
)
SWAPS = (
    *["swap {a} and {b}"] * 3,
    "swap [|the names|the variables|the names of] {a} and {b}[|| everywhere]",
    "switch {a} and {b}",
    "exchange {a} and {b}",
    "exchange the names {a} and {b}",
    "swap {a} [with|for] {b}",
    "rename {a} to {b} and {b} to {a}",
)
EXCEPTIONS = {
    "string": (
        "rename {old} to {new}[,|] but [leave the strings alone|not in [|the ]strings|keep [|the ]strings]",
        "rename {old} to {new}[,|] but [don't touch|do not change|don't change] [|the ]strings",
        "rename {old} to {new}[ except in|, but not in|, not in] [strings|the strings|string literals]",
        "rename {old} to {new} everywhere except in [strings|the strings|string literals]",
        "rename {old} to {new} and leave [|the ]strings [as they are|alone|unchanged|untouched]",
    ),
    "comment": (
        "rename {old} to {new}[,|] but not in [|the ]comments",
        "rename {old} to {new}[ except in| everywhere except in|, not in] [|the ]comments",
        "rename {old} to {new}[,| but| and] leave [|the ]comments [as they are|alone|unchanged|untouched]",
    ),
    "string or comment": (
        "rename {old} to {new}[,|] but not in [|the ]comments [or|and] strings",
        "rename {old} to {new} in [the code|code] only[|, not in strings or comments]",
        "rename {old} to {new} [only in code|except in strings and comments]",
        "rename {old} to {new}, but leave strings and comments alone",
    ),
}
"""Where a rename does not go, and how that is said."""


def count_name(text: str, name: str, language: str) -> int:
    """How often `name` stands in `text` as a whole word."""
    return find_words(text, language).count(name)


def draw_old_name(selection: Selection, taken: Collection[str], rng: random.Random) -> str | None:
    """A name to rename, rather one that occurs often or is part of another; None if there is none."""
    present = find_names(selection.text, selection.language)
    names = sorted(
        name
        for name in present & selection.roles.keys() - set(taken) - LITERAL_PREFIXES
        if not name.startswith("__")
        and name not in {"self", "cls", "this", "_"}
        and not (len(name) == 1 and re.search(rf"[%)]{name}", selection.text))  # is %s a name? who knows
    )
    if not names:
        return None

    def weigh(name: str) -> float:
        weight = ROLE_WEIGHTS[selection.roles[name]] * min(selection.text.count(name), 6)
        return weight * (0.2 if name in BUILTINS else 1.0)

    return rng.choices(names, [weigh(name) for name in names])[0]


def draw_new_name(
    old: str, taken: Collection[str], selection: Selection, pools: Pools, rng: random.Random
) -> str | None:
    """A name that is not `taken`; None if none was found soon."""
    language, role = selection.language, selection.roles.get(old)
    for _ in range(10):
        new = invent_name(old, lambda style: pools.draw_name(language, style, rng, role), language, rng)
        if new != old and new not in taken and is_renamable(new, language):
            return new
    return None


def draw_pairs(selection: Selection, count: int, pools: Pools, rng: random.Random) -> dict[str, str] | None:
    """`count` names of the selection and a new name for each, none of which the text holds yet."""
    taken = find_names(selection.text, selection.language)
    pairs: dict[str, str] = {}
    for _ in range(count):
        old = draw_old_name(selection, pairs, rng)
        new = old and draw_new_name(old, taken | set(pairs.values()), selection, pools, rng)
        if not old or not new:
            return None
        pairs[old] = new
    return pairs


def rename_one(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Rename one name."""
    pairs = draw_pairs(selection, 1, pools, rng)
    if pairs is None:
        return None
    ((old, new),) = pairs.items()
    return Edit(
        phrase_rename(selection, old, new, rng), rename_names(selection.text, pairs, selection.language)
    )


def phrase_rename(selection: Selection, old: str, new: str, rng: random.Random) -> str:
    """One of many ways to ask for a rename."""
    role = phrase(rng, ROLE_WORDS[selection.roles.get(old, "name")])
    if selection.language in {"css", "html"}:
        role = "class" if selection.roles.get(old) == "class" else "id"
    owner = draw_owner(selection, old, rng)
    quoted_old, quoted_new = quote_all([owner + old, owner + new], rng)
    return phrase(rng, *RENAMES, old=quoted_old, new=quoted_new, role=role)


def draw_owner(selection: Selection, name: str, rng: random.Random) -> str:
    """What people may put before a name that is always an attribute: "self.", "this.", "." or nothing."""
    if selection.roles.get(name) not in {"attribute", "function"} or rng.random() < 0.5:
        return ""
    count = count_name(selection.text, name, selection.language)
    return next(
        (
            owner
            for owner in ("self.", "this.", "this->", ".")
            if len(re.findall(rf"(?<!\w){re.escape(owner + name)}(?!\w)", selection.text)) == count
        ),
        "",
    )


def rename_several(selection: Selection, pools: Pools, rng: random.Random, count: int) -> Edit | None:
    """Rename two or three names in one instruction."""
    pairs = draw_pairs(selection, count, pools, rng)
    if pairs is None:
        return None
    names = quote_all([name for pair in pairs.items() for name in pair], rng)
    instruction = phrase(rng, *(PAIRS if count == 2 else TRIPLES), **dict(zip("abcdef", names, strict=False)))
    return Edit(instruction, rename_names(selection.text, pairs, selection.language))


def rename_two(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Rename two names in one instruction."""
    return rename_several(selection, pools, rng, 2)


def rename_three(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Rename three names in one instruction."""
    return rename_several(selection, pools, rng, 3)


def swap_names(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Let two names change places everywhere."""
    first = draw_old_name(selection, (), rng)
    second = first and draw_old_name(selection, (first,), rng)
    if not first or not second:
        return None
    a, b = quote_all([first, second], rng)
    swapped = rename_names(selection.text, {first: second, second: first}, selection.language)
    return Edit(phrase(rng, *SWAPS, a=a, b=b), swapped) if swapped != selection.text else None


def rename_except(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Rename a name that stands in code and in strings or comments too, but leave those alone."""
    inside = {"string": set[str](), "comment": set[str]()}
    for piece in selection.pieces:
        inside[piece.kind] |= find_names(selection.text[piece.start : piece.end], selection.language)
    code_names = find_names(selection.code, selection.language)
    spared = rng.choice(list(EXCEPTIONS))
    kinds = [kind for kind in inside if kind in spared]
    if any(
        piece.kind in kinds and selection.text[piece.start : piece.end].find("{") >= 0
        for piece in selection.pieces
    ):
        return None  # whether code within a string is part of the string would be a matter of opinion
    names = sorted(code_names & set[str]().union(*(inside[kind] for kind in kinds)) & selection.roles.keys())
    names = [
        name for name in names if is_renamable(name, selection.language) and name not in LITERAL_PREFIXES
    ]
    old = rng.choice(names) if names else None
    new = old and draw_new_name(old, find_names(selection.text, selection.language), selection, pools, rng)
    if not old or not new:
        return None
    text, parts, end = selection.text, [], 0
    for piece in (piece for piece in selection.pieces if piece.kind in kinds):
        parts += [
            rename_names(text[end : piece.start], {old: new}, selection.language),
            text[piece.start : piece.end],
        ]
        end = piece.end
    result = "".join(parts) + rename_names(text[end:], {old: new}, selection.language)
    quoted_old, quoted_new = quote_all([old, new], rng)
    return Edit(phrase(rng, *EXCEPTIONS[spared], old=quoted_old, new=quoted_new), result)
