"""Strings with places: f-strings and template literals instead of %, .format and +."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_partner, split_items


def make_f_string(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Turn the one string filled in by % or .format into an f-string, or joined strings into a template.

    Where there is none, an f-string or a template is first written in the old way.
    """
    if not find_filled(selection):
        selection = undo_template(selection, rng)
    found = find_filled(selection)
    if len(found) != 1:
        return None
    start, end, new = found[0]
    word = (
        "[f-string|f-string|f string]"
        if selection.language == "python"
        else "[template literal|template string]"
    )
    article = "an" if selection.language == "python" else "a"
    old = selection.text[start:end]
    instruction = phrase(
        rng,
        "use {article} {word}[|| here| instead]",
        "[convert|change|turn] [it|this|the string] [to|into] {article} {word}",
        "[convert|turn] {old} [to|into] {article} {word}",
        "[convert|switch] to {word}s",
        "make [it|this|the string] {article} {word}",
        word=phrase(rng, word),
        article=article,
        old=quote_code(old, rng, 0.1),
    )
    return Edit(instruction, selection.text[:start] + new + selection.text[end:], selection.text)


def find_filled(selection: Selection) -> list[tuple[int, int, str]]:
    """Start, end and what they become of the places where a string is filled in the old way."""
    if selection.language == "python":
        return find_percents(selection) + find_formats(selection)
    return find_joined(selection)


def undo_template(selection: Selection, rng: random.Random) -> Selection:
    """The selection with one plain f-string or template literal written in the old way, if it has one."""
    python = selection.language == "python"
    shape = r"f([\"'])((?:(?!\1)[^\\\n])*)\1" if python else r"(`)([^`\\\n'\"]*)`"
    place = re.compile(r"\{([A-Za-z_][\w.]*)\}" if python else r"\$\{([A-Za-z_$][\w.$]*)\}")
    found = []
    for piece in selection.pieces:
        match = re.fullmatch(shape, selection.text[piece.start : piece.end])
        beside = selection.code[: piece.start].rstrip()[-1:] + selection.code[piece.end :].lstrip()[:1]
        if (
            match
            and place.search(match[2])
            and not re.search(r"[{}%]", place.sub("", match[2]))
            and "\x01" not in beside
        ):
            found.append((piece, match))
    if not found:
        return selection
    piece, match = rng.choice(found)
    texts, names = place.split(match[2])[::2], place.findall(match[2])
    if python:
        joined = "%s".join(texts) if rng.random() < 0.5 else "{}".join(texts)
        values = names[0] if "%s" in joined and len(names) == 1 else f"({', '.join(names)})"
        old = f"{match[1]}{joined}{match[1]}" + (
            f" % {values}" if "%s" in joined else f".format({', '.join(names)})"
        )
    else:
        quote = '"' if '"' in selection.text else "'"
        terms = [f"{quote}{text}{quote}" for text in texts]
        pairs = [
            term
            for pair in zip(terms, [*names, ""], strict=True)
            for term in pair
            if term not in {"", quote * 2}
        ]
        old = " + ".join(pairs)
    text = selection.text[: piece.start] + old + selection.text[piece.end :]
    return Selection(text, selection.language, selection.roles)


def find_percents(selection: Selection) -> list[tuple[int, int, str]]:
    """Start, end and f-string of each plain string filled in by %."""
    found = []
    for match in re.finditer(r"\x01+ % ", selection.code):
        string = selection.text[match.start() : match.end() - 3]
        rest = selection.code[match.end() :]
        simple = re.match(r"[A-Za-z_][\w.]*(?:\(\))?(?![\w.(\[])", rest)
        if rest.startswith("("):
            end = find_partner(selection.code, match.end())
            spans = split_items(selection.code, match.end() + 1, end) if end else []
            end = end + 1 if end else None
        else:
            end = match.end() + simple.end() if simple else None
            spans = [(match.end(), end)] if end else []
        values = [selection.text[slice(*span)] for span in spans]
        new = fill_string(string, r"%[sdr]", values)
        if end is not None and new is not None:
            found.append((match.start(), end, new))
    return found


def find_formats(selection: Selection) -> list[tuple[int, int, str]]:
    """Start, end and f-string of each plain string filled in by .format."""
    found = []
    for match in re.finditer(r"\x01+\.format\(", selection.code):
        string = selection.text[match.start() : match.end() - len(".format(")]
        end = find_partner(selection.code, match.end() - 1)
        if end is not None:
            values = [selection.text[slice(*span)] for span in split_items(selection.code, match.end(), end)]
            new = fill_string(string, r"\{\}", values)
            if new is not None:
                found.append((match.start(), end + 1, new))
    return found


def fill_string(string: str, place: str, values: list[str]) -> str | None:
    """The f-string with simple values in the places of a plain string; None where that is not so simple."""
    if not values or string[0] not in "'\"" or string.startswith(('"""', "'''")) or "\\" in string:
        return None
    if not all(re.fullmatch(r"[A-Za-z_][\w.]*(?:\(\w*\))?", value) for value in values):
        return None
    parts = re.split(f"({place})", string)
    places = parts[1::2]
    if len(places) != len(values) or re.search(r"[%{}]", "".join(parts[::2])):
        return None
    filled = [
        "{" + value + ("!r" if place == "%r" else "") + "}"
        for place, value in zip(places, values, strict=True)
    ]
    return "f" + "".join(text for pair in zip(parts[::2], [*filled, ""], strict=True) for text in pair)


def find_joined(selection: Selection) -> list[tuple[int, int, str]]:
    """Start, end and template literal of the one place where strings and names are joined by +."""
    term = r"(?:\x01+|[A-Za-z_$][\w$.]*(?:\(\))?)"
    matches = [
        match
        for match in re.finditer(
            rf"(?<![\w.)\]] )(?<![+*/-] ){term}(?: \+ {term})+(?! ?[+*/.(\[-])", selection.code
        )
        if "\x01" in match[0]
    ]
    if len(matches) != 1 or selection.code.count(" + ") != matches[0][0].count(" + "):
        return []
    start, end = matches[0].span()
    body, place = "", start
    for part in matches[0][0].split(" + "):
        text = selection.text[place : place + len(part)]
        if part[0] == "\x01":
            if text[0] not in "'\"" or set("`$\\") & set(text):
                return []
            body += text[1:-1]
        else:
            body += "${" + text + "}"
        place += len(part) + 3
    return [(start, end, f"`{body}`")] if "${" in body else []
