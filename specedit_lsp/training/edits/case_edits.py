"""How names are written: other styles for one or all of them, other prefixes and suffixes."""

from __future__ import annotations

import random

from specedit_lsp.training.edits.names import (
    STYLES,
    convert_name,
    find_names,
    is_renamable,
    name_style,
    rename_names,
    split_words,
)
from specedit_lsp.training.edits.phrasing import phrase, quote_all
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.renames import draw_old_name
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.words import LITERAL_PREFIXES

STYLE_WORDS = {
    "snake": "[snake_case|snake_case|snake case]",
    "camel": "[camelCase|camelCase|camel case]",
    "Pascal": "[PascalCase|PascalCase|Pascal case|UpperCamelCase]",
    "SCREAMING": "[SCREAMING_SNAKE_CASE|UPPER_CASE|upper case|all caps|UPPER_SNAKE_CASE|SCREAMING_CASE]",
    "kebab": "[kebab-case|kebab case]",
}
AFFIXES = [
    "old",
    "new",
    "my",
    "tmp",
    "raw",
    "base",
    "get",
    "is",
    "test",
    "user",
    "app",
    "default",
    "internal",
    "ctx",
    "p",
]


def styles_of(language: str) -> list[str]:
    """The styles that names may have."""
    return list(STYLES) if language in {"css", "html"} else [style for style in STYLES if style != "kebab"]


def converts_back(name: str) -> bool:
    """Whether every style of a name is plain, because its words are no matter of opinion."""
    style = name_style(name)
    return (
        style is not None
        and name.isascii()
        and not any(character.isdigit() for character in name)
        and convert_name(convert_name(name, "snake"), style) == name
    )


def list_names(selection: Selection) -> list[str]:
    """The names in the text that people gave."""
    present = find_names(selection.text, selection.language) & selection.roles.keys()
    return sorted(
        name
        for name in present - LITERAL_PREFIXES
        if is_renamable(name, selection.language) and converts_back(name)
    )


def convert_one(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Write one name in another style."""
    names = [name for name in list_names(selection) if len(split_words(name)) > 1 or rng.random() < 0.1]
    if not names:
        return None
    old = rng.choice(names)
    style = rng.choice(styles_of(selection.language))
    new = convert_name(old, style)
    if new == old or new in find_names(selection.text, selection.language):
        return None
    renamed = rename_names(selection.text, {old: new}, selection.language)
    return Edit(phrase_conversion(old, style, rng), renamed)


def phrase_conversion(name: str, style: str, rng: random.Random) -> str:
    """One of many ways to ask for a name to be written in a style."""
    (quoted,) = quote_all([name], rng)
    return phrase(
        rng,
        "[convert|change|rename] {name} to {style}",
        "[make|write] {name} [in |]{style}",
        "rename {name} to [its |]{style}[| version| name]",
        "use {style} for {name}",
        "{name} should be [in |]{style}",
        "turn {name} into {style}",
        name=quoted,
        style=phrase(rng, STYLE_WORDS[style]),
    )


def convert_all(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Write every variable and parameter of several words, of one style, in another."""
    pairs = [("snake", "camel"), ("snake", "camel"), ("camel", "snake"), ("camel", "snake")]
    old_style, new_style = rng.choice(pairs)
    present = find_names(selection.text, selection.language)
    names = [
        name
        for name in present
        if name_style(name) == old_style and len(split_words(name)) > 1 and not name.startswith("__")
    ]
    if not names or not all(map(converts_back, names)) or not set(names) & selection.roles.keys():
        return None
    renames = {name: convert_name(name, new_style) for name in sorted(names)}
    if present & set(renames.values()):
        return None
    instruction = phrase(
        rng,
        "[convert|change|rename|turn] [all|all the|the] [names|identifiers|{old} names] [to|into] {new}",
        "use {new}[| everywhere| names|, not {old}| instead of {old}]",
        "[convert|change|switch] [|from ]{old} to {new}",
        "[all|the] names should be {new}[|, not {old}]",
        "{old} -> {new}",
        old=phrase(rng, STYLE_WORDS[old_style]),
        new=phrase(rng, STYLE_WORDS[new_style]),
    )
    return Edit(instruction, rename_names(selection.text, renames, selection.language))


def change_affix(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Add, change or remove a prefix or suffix of one name, or of all the names that have it."""
    draw = rng.choice([add_affix, add_affix, replace_affix])
    return draw(selection, rng)


def add_affix(selection: Selection, rng: random.Random) -> Edit | None:
    """Add a prefix or suffix to one name, or take one away."""
    old = draw_old_name(selection, (), rng)
    if old is None or not converts_back(old) or not is_renamable(old, selection.language):
        return None
    style, words = name_style(old) or "snake", split_words(old)
    prefix = rng.random() < 0.5
    affix = rng.choice(AFFIXES)
    glue = {"snake": "_", "SCREAMING": "_", "kebab": "-"}.get(style, "")
    end = "prefix" if prefix else "suffix"
    if len(words) > 1 and rng.random() < 0.4 and glue and not old.startswith("_"):
        gone = old.split(glue)[0] + glue if prefix else glue + old.split(glue)[-1]
        new = old.removeprefix(gone) if prefix else old.removesuffix(gone)
        template = "[remove|drop|strip|delete] the {end} {affix} [from|of] {name}"
    elif style in {"snake", "SCREAMING", "kebab"}:
        shown = affix.upper() if style == "SCREAMING" else affix
        gone = shown + glue if prefix else glue + shown
        new = gone + old if prefix else old + gone
        template = "[add|give] the {end} {affix} to {name}"
    else:
        if prefix:
            return None
        gone = affix.capitalize()
        new = old + gone
        template = "add the {end} {affix} to {name}"
    if new in find_names(selection.text, selection.language) or not is_renamable(new, selection.language):
        return None
    (name, shown) = quote_all([old, gone], rng)
    verb = "prefix" if prefix else "append"
    extra = (
        ("prefix {name} with {affix}" if verb == "prefix" else "append {affix} to {name}",)
        if "add" in template
        else ()
    )
    instruction = phrase(rng, template.replace("[add|give]", "add"), *extra, end=end, affix=shown, name=name)
    return Edit(instruction, rename_names(selection.text, {old: new}, selection.language))


def replace_affix(selection: Selection, rng: random.Random) -> Edit | None:
    """Change what two or more names begin or end with."""
    prefix = rng.random() < 0.6
    present = find_names(selection.text, selection.language)
    groups: dict[str, list[str]] = {}
    for name in sorted(present):
        words = name.split("_")
        if name_style(name) == "snake" and len(words) > 1 and all(words) and not name.startswith("_"):
            groups.setdefault(words[0] + "_" if prefix else "_" + words[-1], []).append(name)
    shared = [
        affix for affix, names in groups.items() if len(names) > 1 and set(names) & selection.roles.keys()
    ]
    if not shared:
        return None
    old = rng.choice(shared)
    word = rng.choice(AFFIXES)
    new = f"{word}_" if prefix else f"_{word}"
    renames = {}
    for name in groups[old]:
        renames[name] = new + name.removeprefix(old) if prefix else name.removesuffix(old) + new
    others = [name for name in present if (name.startswith(old) if prefix else name.endswith(old))]
    if set(others) != set(groups[old]) or present & set(renames.values()):
        return None
    quoted_old, quoted_new = quote_all([old, new], rng)
    instruction = phrase(
        rng,
        "[change|rename] the {end} {old} to {new}[|| everywhere| of all names| in all names]",
        "replace the {end} {old} [with|by] {new}[|| everywhere]",
        "use the {end} {new} instead of {old}",
        "[all names|names] [that start|starting] with {old} should start with {new}"
        if prefix
        else "[all names|names] [that end|ending] in {old} should end in {new}",
        end="prefix" if prefix else "suffix",
        old=quoted_old,
        new=quoted_new,
    )
    return Edit(instruction, rename_names(selection.text, renames, selection.language))
