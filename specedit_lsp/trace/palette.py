"""How each draft source is named and told from the others, in colours and without."""

from __future__ import annotations

from dataclasses import dataclass

from specedit_lsp.transport.messages import TARGET


@dataclass(frozen=True, slots=True)
class Look:
    """One source to the eye."""

    name: str
    """Of the source; ``unknown`` for one that this version does not know, whatever it is called."""
    label: str
    letter: str
    """Stands below its tokens where there are no colours."""
    style: str
    """One of a terminal's 16 colours."""
    hue: int
    """In degrees, for pages, which choose lightness by the reader's theme."""
    saturation: int = 60
    """In percent."""
    meaning: str = ""


_LOOKS = (
    Look(
        "selection",
        "copied",
        "c",
        "blue",
        214,
        45,
        "the selection as it was, from where the output has come to",
    ),
    Look(
        "rewrite",
        "view",
        "v",
        "cyan",
        184,
        65,
        "the selection with the instruction's renames and replacements",
    ),
    Look(
        "likely",
        "editor's",
        "e",
        "bold cyan",
        62,
        40,
        "what the editor's own rename would make of the selection",
    ),
    Look(
        "induced",
        "induced",
        "i",
        "green",
        145,
        50,
        "the selection with changes learnt from the output so far",
    ),
    Look("indented", "indented", "n", "bright_green", 90, 50, "the selection moved to another indentation"),
    Look(
        "lookup",
        "lookup",
        "l",
        "bright_blue",
        245,
        60,
        "what followed the same tokens, in prompt or output",
    ),
    Look("memory", "memory", "m", "magenta", 280, 50, "earlier rewrites in this workspace"),
    Look("rules", "rule", "r", "yellow", 48, 75, "what the language asks for: indentation, closing brackets"),
    Look(
        "common", "common", "o", "bright_yellow", 25, 75, "common continuations of code, counted beforehand"
    ),
    Look("model", "draft model", "d", "bright_magenta", 315, 60, "the draft model"),
    Look(
        "resumed",
        "resumed",
        "t",
        "bright_cyan",
        200,
        85,
        "what an earlier try had verified",
    ),
    Look(TARGET, "written", "w", "bold red", 0, 75, "the target model by itself"),
)
LOOKS = {look.name: look for look in _LOOKS}
"""By source, in the order of a legend."""


def find_look(source: str) -> Look:
    """Return how a source looks; one that this version does not know is grey."""
    unknown = Look("unknown", source, "?", "white", 0, 0, "a source that this version does not know")
    return LOOKS.get(source, unknown)
