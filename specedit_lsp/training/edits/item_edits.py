"""Edits of what stands between brackets: the arguments of a call and the items of a list."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.names import OWN_STYLE
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_partner, split_items


def pass_argument(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a call that stands once another argument at its end, or take its last one away."""
    text, code = selection.text, selection.code
    calls = []
    for match in re.finditer(r"(?<![\w.])((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\(", code):
        before = code[: match.start()].rstrip(" ").split("\n")[-1].split(" ")[-1]
        end = find_partner(code, match.end() - 1)
        if (
            end is None
            or before in {"def", "class", "function", "func", "fn", "async", "new", "case"}
            or "\n" in text[match.end() : end]
        ):
            continue
        if match[1] in {"if", "for", "while", "switch", "catch", "return", "function", "match", "print"}:
            continue
        tail = code[end + 1 : end + 3].strip()
        if (
            tail.startswith(("{", "->", ":"))
            or len(re.findall(rf"(?<![\w.]){re.escape(match[1])}\(", text)) != 1
        ):
            continue
        calls.append((match[1], match.end(), end))
    if not calls:
        return None
    name, start, end = rng.choice(calls)
    spans = split_items(code, start, end)
    if re.search(r"\b(?:for|lambda|async)\b|=>|\*", code[start:end]):
        return None
    if len(spans) > 1 and rng.random() < 0.3:
        gone = text[slice(*spans[-1])]
        removal = phrase(
            rng,
            "[remove|drop|delete] the [last argument|argument {gone}] [from|of] [the call to |]{name}",
            "[don't|do not] pass {gone} to {name}",
            "remove {gone} from the [arguments of|call to] {name}",
            name=name,
            gone=quote_code(gone, rng, 0.4),
        )
        return Edit(removal, text[: spans[-2][1]] + text[end:])
    value = pools.draw_name(selection.language, OWN_STYLE.get(selection.language, "snake"), rng, "variable")
    value = rng.choice(
        [
            value,
            value,
            str(rng.randrange(100)),
            f'"{value}"',
            "true" if selection.language != "python" else "True",
        ]
    )
    if selection.language == "python" and rng.random() < 0.6:
        value = f"{pools.draw_name('python', 'snake', rng, 'parameter')}={value}"
    if value in text or (any("=" in text[slice(*span)] for span in spans) and "=" not in value):
        return None
    instruction = phrase(
        rng,
        "pass {value} to {name}",
        "pass {value} to [the call to|the call of] {name}",
        "add [the argument|an argument|] {value} to [the call to|the call of|the arguments of] {name}",
        "call {name} with [|an additional |the additional argument ]{value}[| too| as well]",
        "pass {value} as the last argument [to|of] {name}",
        value=quote_code(value, rng, 0.5),
        name=quote_code(name, rng, 0.7),
    ).replace("  ", " ")
    return Edit(instruction, text[:end].rstrip() + (", " if spans else "") + value + text[end:])


def add_item(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put an item at an end of a list that is assigned to a name on one line, or take one out."""
    if not re.search(r"= ?[\[({]", selection.text):
        return None
    text, code = selection.text, selection.code
    lists = []
    for match in re.finditer(r"(?<![\w.])([A-Za-z_]\w*) ?(?:: ?[\w\[\]<>]+ ?)?= ?([\[{(])", code):
        end = find_partner(code, match.end() - 1)
        if end is None or "\n" in text[match.end() : end] or code.count(f"{match[1]} =") != 1:
            continue
        if code[end + 1 : end + 2] not in {"", "\n", ";", " "}:
            continue
        spans = split_items(code, match.end(), end)
        items = [text[slice(*span)] for span in spans]
        if (
            len(items) > 1
            and len(set(items)) == len(items)
            and all(re.fullmatch(r"[\w.\"' -]{1,30}", item) for item in items)
        ):
            lists.append((match[1], spans, items))
    if not lists:
        return None
    name, spans, items = rng.choice(lists)
    if rng.random() < 0.3:
        index = rng.randrange(len(items))
        if text.count(items[index]) != 1 or len(items) < 3:
            return None
        start, end = (
            (spans[index][0], spans[index + 1][0]) if index + 1 < len(spans) else (spans[-2][1], spans[-1][1])
        )
        removal = "[remove|delete|drop] {item} from [|the list ]{name}"
        item = quote_code(items[index], rng, 0.7)
        return Edit(phrase(rng, removal, name=name, item=item), text[:start] + text[end:])
    word = pools.draw_name(selection.language, "snake", rng)
    model = items[0]
    if model[0] in "'\"":
        new = f"{model[0]}{word}{model[0]}"
    elif model.isdigit():
        new = str(rng.randrange(200))
    else:
        new = word
    if new in text:
        return None
    first = rng.random() < 0.25
    place = phrase(
        rng, "at the [beginning|start|front] of" if first else "[to|to|to the end of|at the end of]"
    )
    result = (
        text[: spans[0][0]] + new + ", " + text[spans[0][0] :]
        if first
        else text[: spans[-1][1]] + ", " + new + text[spans[-1][1] :]
    )
    instruction = phrase(
        rng,
        "[add|add|put|insert] {item} {place} [|the list ]{name}"
        if first or place.startswith("at")
        else "add {item} {place} {name}",
        "append {item} to {name}" if not first else "add {item} as the first item of {name}",
        item=quote_code(new, rng, 0.7),
        place=place,
        name=name,
    )
    return Edit(instruction, result)
