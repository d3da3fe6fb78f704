"""Edits of CSS properties and HTML attributes."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.line_edits import indent_of
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

CSS_VALUES = {
    "color": ["red", "#333", "white", "var(--main)", "#0057b7", "inherit"],
    "display": ["flex", "none", "block", "grid", "inline-block"],
    "margin": ["0", "0 auto", "1rem", "8px 16px"],
    "padding": ["0", "4px 8px", "1rem", "0.5em"],
    "font-size": ["14px", "1.2rem", "larger"],
    "font-weight": ["600", "bold", "normal"],
    "position": ["relative", "absolute", "sticky", "fixed"],
    "width": ["100%", "20rem", "50vw", "auto"],
    "background-color": ["#fff", "transparent", "black"],
    "text-align": ["center", "left", "right"],
    "border": ["none", "1px solid #ccc", "2px dashed red"],
    "opacity": ["0", "0.5", "1"],
    "z-index": ["1", "10", "-1"],
}


def set_property(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Set a CSS property, or an HTML attribute, that stands once; or add a property to a single rule."""
    text = selection.text
    if selection.language == "html":
        found = [
            match
            for match in re.finditer(r' ([a-z][\w-]*)="([^"\n]*)"', selection.text)
            if match[1] != "style"
        ]
        found = [match for match in found if len(re.findall(rf" {match[1]}=", text)) == 1]
        if not found:
            return None
        match = rng.choice(found)
        new = pools.draw_name("html", "kebab", rng)
        if match[1] in {"href", "src"}:
            new = rng.choice(["/", "#", "https://example.com/"]) + new
    else:
        found = list(re.finditer(r"(?m)^\s*([a-z-]+): ?([^;{}!\n]+);$", text))
        found = [match for match in found if len(re.findall(rf"(?<![\w-]){match[1]}:", text)) == 1]
        name = rng.choice(list(CSS_VALUES))
        if (
            text.count("{") == 1
            and text.endswith("}")
            and found
            and f"{name}:" not in text
            and rng.random() < 0.4
        ):
            new = f"{name}: {rng.choice(CSS_VALUES[name])};"
            last = found[-1]
            if last.end() < len(text.rstrip("}").rstrip()):
                return None
            line = "\n" + indent_of(last[0].lstrip("\n")) + new
            where = text.partition("{")[0].strip()
            shown = quote_code(new.rstrip(";") if rng.random() < 0.6 else new, rng, 0.4)
            templates: tuple[str, ...] = ("add {shown}", "add {shown} at the end")
            templates += ("add {shown} to {where}",) if "\n" not in where else ()
            return Edit(
                phrase(rng, *templates, shown=shown, where=where),
                text[: last.end()] + line + text[last.end() :],
            )
        if not found:
            return None
        match = rng.choice(found)
        new = rng.choice(CSS_VALUES.get(match[1], ["inherit", "unset", "0", "1px", "auto", "none"]))
    if new == match[2]:
        return None
    word = "attribute" if selection.language == "html" else "property"
    instruction = phrase(
        rng,
        "[set|change] [|the |the {word} ]{name} to {new}",
        "{name} should be {new}",
        "make the {name} {new}",
        "change {name} from {old} to {new}",
        word=word,
        name=match[1],
        old=match[2],
        new=quote_code(new, rng, 0.8),
    )
    return Edit(instruction, text[: match.start(2)] + new + text[match.end(2) :])
