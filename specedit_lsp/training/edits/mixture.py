"""The kinds of edit the model learns, how often each occurs, and in which languages."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from specedit_lsp.training.corpus.languages import LANGUAGES, parses
from specedit_lsp.training.edits import (
    comment_edits,
    definition_edits,
    line_edits,
    literal_edits,
    noop_edits,
    parameter_edits,
    renames,
)
from specedit_lsp.training.edits.phrasing import vary_manner
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

Draw = Callable[[Selection, Pools, random.Random], Edit | None]

EVERYWHERE = frozenset(LANGUAGES)
WITH_FUNCTIONS = EVERYWHERE - {"css", "html", "shell"}
SCRIPTS = frozenset({"javascript", "typescript"})
HINTED = frozenset({"python", "typescript"})
TRIES = 300
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


class NoEditFound(LookupError):
    """No selection offered an occasion for the kind of edit that was asked for."""


TABLE = {
    "rename": Kind(renames.rename_one, 38),
    "two renames": Kind(renames.rename_two, 5),
    "three renames": Kind(renames.rename_three, 2),
    "swap": Kind(renames.swap_names, 3),
    "rename except": Kind(renames.rename_except, 2),
    "no-op": Kind(noop_edits.ask_for_nothing, 3),
    "number": Kind(literal_edits.change_number, 3),
    "string": Kind(literal_edits.change_string, 2.5),
    "operator": Kind(literal_edits.change_operator, 2, EVERYWHERE - {"html"}),
    "type": Kind(literal_edits.change_type, 1.5, frozenset(literal_edits.TYPES)),
    "comment": Kind(comment_edits.add_comment, 3),
    "comment change": Kind(comment_edits.change_comment, 1.2),
    "comment deletion": Kind(comment_edits.delete_comment, 1.2),
    "all comments": Kind(comment_edits.delete_comments, 1),
    "comment out": Kind(comment_edits.comment_out, 1.3),
    "comment out all": Kind(comment_edits.comment_out_all, 1),
    "uncomment": Kind(comment_edits.uncomment, 0.8),
    "uncomment all": Kind(comment_edits.uncomment_all, 0.6),
    "delete line": Kind(line_edits.delete_line, 2.5),
    "insert line": Kind(line_edits.insert_line, 2.5),
    "replace line": Kind(line_edits.replace_line, 2),
    "move line": Kind(line_edits.move_line, 1),
    "repeat line": Kind(line_edits.repeat_line, 0.6),
    "prints": Kind(line_edits.delete_prints, 1, frozenset(line_edits.PRINTS)),
    "default": Kind(parameter_edits.change_default, 1.5, frozenset(parameter_edits.VALUES)),
    "new default": Kind(parameter_edits.add_default, 1, frozenset(parameter_edits.VALUES)),
    "new parameter": Kind(parameter_edits.add_parameter, 1.3, WITH_FUNCTIONS),
    "parameter removal": Kind(parameter_edits.remove_parameter, 1, WITH_FUNCTIONS),
    "parameter hint": Kind(parameter_edits.hint_parameter, 1.8, HINTED),
    "return hint": Kind(parameter_edits.hint_return, 1.3, HINTED),
    "docstring": Kind(definition_edits.document, 2, WITH_FUNCTIONS),
    "docstring change": Kind(definition_edits.change_documentation, 1, WITH_FUNCTIONS - {"go", "c"}),
    "decorator": Kind(definition_edits.decorate, 1, frozenset(definition_edits.DECORATORS)),
    "async": Kind(definition_edits.make_async, 1, SCRIPTS | {"python", "rust"}),
}
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
        edit = TABLE[kind].draw(selection, pools, rng) if selection else None
        if selection is None or edit is None:
            continue
        before = selection.text if edit.before is None else edit.before
        if len(before) <= characters and is_sound(edit, before, language):
            return Example(kind, language, vary_manner(edit.instruction, rng), before, edit.result)
    return None


def is_sound(edit: Edit, before: str, language: str) -> bool:
    """Whether the request is one line and Python is still Python after it."""
    if "\n" in edit.instruction or not edit.result.strip():
        return False
    if language != "python" or edit.result == before:
        return True
    return parses(edit.result, "python") or not parses(before, "python")
