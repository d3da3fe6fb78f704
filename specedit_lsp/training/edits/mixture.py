"""The kinds of edit the model learns, how often each occurs, and in which languages."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from specedit_lsp.training.corpus.languages import LANGUAGES, parses
from specedit_lsp.training.edits import (
    case_edits,
    combined_edits,
    comment_edits,
    definition_edits,
    extract_edits,
    guard_edits,
    hint_edits,
    item_edits,
    line_edits,
    literal_edits,
    markup_edits,
    noop_edits,
    parameter_edits,
    renames,
    statement_forms,
    style_edits,
    template_edits,
    wrap_edits,
)
from specedit_lsp.training.edits.phrasing import vary_manner
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

Draw = Callable[[Selection, Pools, random.Random], Edit | None]

EVERYWHERE = frozenset(LANGUAGES)
WITH_FUNCTIONS = EVERYWHERE - {"css", "html", "shell"}
SCRIPTS = frozenset({"javascript", "typescript"})
HINTED = frozenset({"python", "typescript"})
TRIES = 120
"""Selections to look at before another kind or language is drawn."""

LANGUAGE_WEIGHTS = {
    "python": 50.0,
    "javascript": 10.0,
    "typescript": 10.0,
    "c": 4.0,
    "cpp": 5.0,
    "go": 6.0,
    "rust": 5.0,
    "java": 5.0,
    "shell": 2.0,
    "css": 2.0,
    "html": 1.0,
}


@dataclass(frozen=True)
class Kind:
    """One kind of edit."""

    draw: Draw
    """Makes one of a selection, or returns None where the selection offers no occasion for it."""
    weight: float
    languages: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Example:
    """One edit: what is asked (one line), of which dedented text, and the text that answers it."""

    kind: str
    language: str
    instruction: str
    selection: str
    result: str
    project: str = ""
    """The project that the text is from; names and lines that the edit brings in may be from others."""


class NoEditFound(LookupError):
    """No selection offered an occasion for the kind of edit that was asked for."""


TABLE = {
    "rename": Kind(renames.rename_one, 38),
    "two renames": Kind(renames.rename_two, 5),
    "three renames": Kind(renames.rename_three, 2),
    "swap": Kind(renames.swap_names, 3),
    "rename except": Kind(renames.rename_except, 2, EVERYWHERE - {"css", "html", "shell"}),
    "no-op": Kind(noop_edits.ask_for_nothing, 3),
    "number": Kind(literal_edits.change_number, 2),
    "string": Kind(literal_edits.change_string, 2),
    "operator": Kind(literal_edits.change_operator, 1.4, EVERYWHERE - {"html"}),
    "type": Kind(literal_edits.change_type, 1, frozenset(literal_edits.TYPES)),
    "comment": Kind(comment_edits.add_comment, 2.2),
    "comment change": Kind(comment_edits.change_comment, 0.8),
    "comment deletion": Kind(comment_edits.delete_comment, 0.8),
    "all comments": Kind(comment_edits.delete_comments, 0.7),
    "comment out": Kind(comment_edits.comment_out, 0.9),
    "comment out all": Kind(comment_edits.comment_out_all, 0.6),
    "uncomment": Kind(comment_edits.uncomment, 0.5),
    "uncomment all": Kind(comment_edits.uncomment_all, 0.4),
    "delete line": Kind(line_edits.delete_line, 2),
    "insert line": Kind(line_edits.insert_line, 2),
    "replace line": Kind(line_edits.replace_line, 1.4),
    "move line": Kind(line_edits.move_line, 0.6),
    "repeat line": Kind(line_edits.repeat_line, 0.4),
    "prints": Kind(line_edits.delete_prints, 0.6, frozenset(line_edits.PRINTS)),
    "default": Kind(parameter_edits.change_default, 1, frozenset(parameter_edits.VALUES)),
    "new default": Kind(parameter_edits.add_default, 0.6, frozenset(parameter_edits.VALUES)),
    "new parameter": Kind(parameter_edits.add_parameter, 0.8, WITH_FUNCTIONS),
    "parameter removal": Kind(parameter_edits.remove_parameter, 0.6, WITH_FUNCTIONS),
    "parameter hint": Kind(hint_edits.hint_parameter, 1.1, HINTED),
    "return hint": Kind(hint_edits.hint_return, 0.8, HINTED),
    "docstring": Kind(definition_edits.document, 1.3, WITH_FUNCTIONS),
    "docstring change": Kind(definition_edits.change_documentation, 0.6, WITH_FUNCTIONS - {"go", "c"}),
    "decorator": Kind(definition_edits.decorate, 0.6, frozenset(definition_edits.DECORATORS)),
    "async": Kind(definition_edits.make_async, 0.7, SCRIPTS | {"python", "rust"}),
    "case": Kind(case_edits.convert_one, 1.7),
    "case of all": Kind(case_edits.convert_all, 0.8, EVERYWHERE - {"css", "html"}),
    "affix": Kind(case_edits.change_affix, 1),
    "wrap in if": Kind(wrap_edits.wrap_in_if, 0.8, frozenset(statement_forms.FORMS)),
    "wrap in loop": Kind(wrap_edits.wrap_in_loop, 0.6, frozenset(statement_forms.FORMS)),
    "wrap in try": Kind(wrap_edits.wrap_in_try, 0.8, frozenset(wrap_edits.TRIES)),
    "wrap in with": Kind(wrap_edits.wrap_in_with, 0.5, frozenset({"python"})),
    "unwrap": Kind(wrap_edits.unwrap, 0.8, frozenset(statement_forms.FORMS)),
    "early return": Kind(guard_edits.return_early, 0.8, frozenset(statement_forms.FORMS)),
    "quotes": Kind(style_edits.change_quotes, 0.7, SCRIPTS | {"python"}),
    "indentation": Kind(style_edits.change_indentation, 0.7, EVERYWHERE),
    "sort lines": Kind(style_edits.sort_lines, 0.3, frozenset(style_edits.IMPORTS)),
    "sort items": Kind(style_edits.sort_items, 0.2, SCRIPTS | {"python"}),
    "blank lines": Kind(style_edits.delete_blank_lines, 0.4),
    "semicolons": Kind(style_edits.change_semicolons, 0.3, SCRIPTS),
    "f-string": Kind(template_edits.make_f_string, 0.5, SCRIPTS | {"python"}),
    "constant": Kind(extract_edits.extract_constant, 0.7, frozenset(extract_edits.CONSTANTS)),
    "variable": Kind(extract_edits.extract_variable, 0.5, frozenset(extract_edits.VARIABLES)),
    "argument": Kind(item_edits.pass_argument, 0.7, WITH_FUNCTIONS),
    "item": Kind(item_edits.add_item, 0.4, SCRIPTS | {"python"}),
    "property": Kind(markup_edits.set_property, 0.4, frozenset({"css", "html"})),
}
COMBINED = (
    "rename", "number", "string", "operator", "comment", "comment out", "delete line", "insert line",
    "replace line", "default", "new parameter", "docstring", "parameter hint", "return hint", "decorator",
    "async",
    "argument", "item",
)  # fmt: skip
"""The kinds that are asked for together with others: each changes few lines, except a rename."""


def combine_kinds(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Two or three different edits in one instruction."""
    kinds = [TABLE[name] for name in COMBINED if selection.language in TABLE[name].languages]
    draws = {kind.draw: min(kind.weight, 4.0) for kind in kinds}
    return combined_edits.combine_edits(draws, selection, pools, rng)


TABLE["combination"] = Kind(combine_kinds, 7)
WEIGHTS = {name: kind.weight for name, kind in TABLE.items()}
"""How often each kind occurs, relative to the others."""
KINDS = list(TABLE)


def draw_example(
    pools: Pools, rng: random.Random, characters: int, kind: str | None = None, language: str | None = None
) -> Example:
    """An edit of at most `characters` characters; kind and language are as given or else drawn by weight.

    Raises:
        NoEditFound: the pools hold no text of the language, or none that offers an occasion for this kind.
    """
    for _ in range(30):
        chosen = kind or rng.choices(KINDS, list(WEIGHTS.values()))[0]
        languages = [
            name for name in pools.languages if name in TABLE[chosen].languages and language in {None, name}
        ]
        if languages:
            drawn = rng.choices(languages, [LANGUAGE_WEIGHTS[name] for name in languages])[0]
            example = search_example(pools, rng, characters, chosen, drawn)
            if example is not None:
                return example
        elif kind is not None:
            break
    raise NoEditFound(
        f"no edit of kind {kind or 'any'!r} in language {language or 'any'!r} was found;"
        f" there are blocks of {', '.join(pools.languages) or 'no language'}"
    )


def search_example(
    pools: Pools, rng: random.Random, characters: int, kind: str, language: str
) -> Example | None:
    """An edit of this kind in the first of some random selections that offers an occasion for it."""
    for _ in range(TRIES):
        selection = pools.draw_selection(language, rng, characters)
        example = make_example(selection, pools, rng, characters, kind) if selection else None
        if example is not None:
            return example
    return None


def make_example(
    selection: Selection, pools: Pools, rng: random.Random, characters: int, kind: str
) -> Example | None:
    """An edit of this kind in `selection`; None if it offers no occasion or gets longer than `characters`."""
    edit = TABLE[kind].draw(selection, pools, rng)
    if edit is None:
        return None
    before = selection.text if edit.before is None else edit.before
    if len(before) > characters or not is_sound(edit, before, selection.language):
        return None
    instruction = vary_manner(edit.instruction, rng)
    return Example(kind, selection.language, instruction, before, edit.result, selection.project)


def is_sound(edit: Edit, before: str, language: str) -> bool:
    """Whether the request is one line, no end of the text is blank, and Python is still Python after it."""
    if "\n" in edit.instruction or not edit.result.strip() or edit.result != edit.result.strip("\n"):
        return False
    if language != "python" or edit.result == before:
        return True
    return parses(edit.result, "python") or not parses(before, "python")
