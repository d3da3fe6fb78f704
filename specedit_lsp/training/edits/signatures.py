"""The head of the function that a selection begins with: its name, its parameters, its body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specedit_lsp.training.edits.selection import Selection
from specedit_lsp.training.edits.statements import CLOSERS

NAME = r"(?P<name>[A-Za-z_$][\w$]*)"
SHAPES = {
    "python": rf"(?:async )?def {NAME}",
    "javascript": rf"(?:export (?:default )?)?(?:static )?(?:async )?(?:function\*? ?|get |set )?{NAME} ?",
    "typescript": r"(?:(?:export|default|public|private|protected|static|async|readonly) )*(?:function )?"
    rf"{NAME}(?:<\w+>)?",
    "c": rf"(?:[A-Za-z_]\w*[ *]+)+{NAME}",
    "cpp": rf"(?:[A-Za-z_][\w:<>,]*[ *&]+)+(?:\w+::)?{NAME}",
    "go": rf"func (?:\(\w+ [\w*\[\]]+\) )?{NAME}",
    "rust": rf"(?:pub(?:\(\w+\))? )?(?:const )?(?:async )?(?:unsafe )?fn {NAME}(?:<[^<>()]*>)?",
    "java": r"(?:(?:public|private|protected|static|final|abstract|synchronized) )*"
    rf"(?:<\w+> )?(?:[\w<>\[\],.]+ )?{NAME}",
}
"""What stands before the parentheses of a function's parameters."""

HEADS = {language: re.compile(shape + r"\(") for language, shape in SHAPES.items()}

NOT_NAMES = {
    "if",
    "for",
    "while",
    "switch",
    "catch",
    "return",
    "else",
    "function",
    "match",
    "do",
    "new",
    "throw",
    "await",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter as written: `text[start:end]`, without blanks around it."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Signature:
    """Places in the text of a selection."""

    name: str
    start: int
    """Where its line of the definition begins: after decorators, annotations and comments."""
    opening: int
    """The parenthesis before the parameters."""
    closing: int
    """The one behind them."""
    parameters: tuple[Parameter, ...]
    body: int | None
    """Where the line after the head begins; None if nothing follows it."""


def find_signature(selection: Selection) -> Signature | None:
    """The head of the function that the text begins with, after decorators and comments, or None."""
    code = selection.code
    start = 0
    for line in selection.code_lines:
        if line.strip("\x02 \t") and not line.startswith(("@", "#[", " ", "\t", ")", "]")):
            break
        start += len(line) + 1
    head = HEADS.get(selection.language)
    match = head.match(code, start) if head else None
    if match is None or match["name"] in NOT_NAMES:
        return None
    opening = match.end() - 1
    closing = find_partner(code, opening)
    if closing is None:
        return None
    end = (code + "\n").index("\n", closing)
    head_end = code[closing + 1 : end].rstrip(" \x02")
    if selection.language != "python" and code[end + 1 :].startswith("{\n"):
        end += len("\n{")
    elif not head_end.endswith(":" if selection.language == "python" else "{"):
        return None
    parameters = read_parameters(selection, opening + 1, closing)
    return Signature(match["name"], start, opening, closing, parameters, end + 1 if end < len(code) else None)


def find_partner(code: str, opening: int) -> int | None:
    """The bracket that closes the one at `opening`."""
    pairs = {opener: closer for closer, opener in CLOSERS.items()}
    waiting: list[str] = []
    for index in range(opening, len(code)):
        if code[index] in pairs:
            waiting.append(pairs[code[index]])
        elif code[index] in CLOSERS:
            if not waiting or waiting.pop() != code[index]:
                return None
            if not waiting:
                return index
    return None


def split_items(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of `code[start:end]` between commas that are in no bracket, blanks left out."""
    depth, begin, spans = 0, start, []
    for index in range(start, end + 1):
        character = code[index] if index < end else ","
        if character == "," and (depth == 0 or index == end):
            part = code[begin:index]
            spans.append((begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())))
            begin = index + 1
        elif character in "([{" or (character == "<" and code[index - 1].isalpha()):
            depth += 1
        elif character in ")]}" or (character == ">" and code[index - 1] not in "-=" and depth):
            depth -= 1
    return [span for span in spans if span[0] < span[1]]


def read_parameters(selection: Selection, start: int, end: int) -> tuple[Parameter, ...]:
    """The parameters that stand between two places; those without a plain name have an empty one."""
    parameters = []
    for first, last in split_items(selection.code, start, end):
        text = selection.text[first:last].partition("=")[0].strip()
        if selection.language in {"c", "cpp", "java"}:
            match = re.fullmatch(r".*[ *&](\w+)", text, re.DOTALL)
        elif selection.language in {"go", "shell"}:
            match = re.match(r"(\w+)(?: |$)", text)
        else:
            match = re.match(r"(?:mut )?([A-Za-z_$][\w$]*)(?=\?? ?:|$)", text)
        parameters.append(Parameter(match[1] if match else "", first, last))
    return tuple(parameters)


def find_default(selection: Selection, parameter: Parameter) -> tuple[int, int] | None:
    """Where the default of a parameter stands."""
    code = selection.code[parameter.start : parameter.end]
    match = re.search(r"(?<![=!<>])=(?![=>])\s*", code)
    return (parameter.start + match.end(), parameter.end) if match else None


def splice(text: str, start: int, end: int, new: str) -> str:
    """`text` with `new` in the place of `text[start:end]`."""
    return text[:start] + new + text[end:]
