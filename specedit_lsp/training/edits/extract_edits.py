"""Give an expression a name: a constant above the selection or a variable in the line before."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.line_edits import begins_statement, indent_of
from specedit_lsp.training.edits.literal_edits import NUMBER, STRING
from specedit_lsp.training.edits.names import OWN_STYLE, find_names, is_renamable
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_partner

CONSTANTS = {
    "python": "{name} = {value}",
    "javascript": "const {name} = {value};",
    "typescript": "const {name} = {value};",
    "c": "static const {type} {name} = {value};",
    "cpp": "constexpr {type} {name} = {value};",
    "go": "const {name} = {value}",
    "java": "private static final {type} {name} = {value};",
}
"""How a constant is declared above the selection."""

VARIABLES = {
    "python": "{name} = {value}",
    "javascript": "const {name} = {value};",
    "typescript": "const {name} = {value};",
    "cpp": "auto {name} = {value};",
    "go": "{name} := {value}",
    "rust": "let {name} = {value};",
    "java": "var {name} = {value};",
}
"""How a variable is declared in the line before its use."""


def extract_constant(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a number or string that stands once a name, declared in a line above the selection."""
    language, text = selection.language, selection.text
    if indent_of(selection.lines[0]) or not begins_statement(selection.code_lines, 0):
        return None
    numbers = [(match[0], match.start()) for match in NUMBER.finditer(text) if match[0] not in {"0", "1"}]
    numbers = [(value, start) for value, start in numbers if selection.code[start] == value[0]]
    strings = [
        (string, piece.start)
        for piece in selection.pieces
        if piece.kind == "string" and STRING.fullmatch(string := text[piece.start : piece.end])
    ]
    strings = [] if language in {"c", "cpp"} else strings
    choices = [(value, start) for value, start in numbers + strings if text.count(value) == 1]
    if not choices:
        return None
    value, start = rng.choice(choices)
    if re.match(r"\s*:(?!=)", text[start + len(value) :]):
        return None
    style = rng.choice(["camel", "Pascal"]) if language == "go" else "SCREAMING"
    name = pools.draw_name(language, style, rng)
    if name in find_names(text, language) or not is_renamable(name, language):
        return None
    kinds = {"java": ("String", "double", "int"), "c": ("", "double", "int"), "cpp": ("", "double", "int")}
    kind = kinds.get(language, ("", "", ""))[0 if value[0] in "'\"" else 1 if "." in value else 2]
    declaration = CONSTANTS[language].format(name=name, value=value, type=kind)
    instruction = phrase(
        rng,
        "extract {value} [into|to|as] a constant {name}",
        "[extract|pull out|move] {value} [into|to] [the|a] constant [named |called |]{name}",
        "make {value} a constant [named|called] {name}",
        "[introduce|define|add] a constant {name} for {value}",
        "replace {value} [with|by] a constant {name}",
        "turn {value} into a constant[,| named| called] {name}",
        value=quote_code(value, rng, 0.7),
        name=quote_code(name, rng, 0.7),
    )
    return Edit(instruction, f"{declaration}\n{text[:start]}{name}{text[start + len(value) :]}")


def extract_variable(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a call that stands once in a plain statement a name, in the line before."""
    language, text = selection.language, selection.text
    calls = []
    for match in re.finditer(
        r"(?:(?<=[=,] )|(?<=\()|(?<=urn ))((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\(", selection.code
    ):
        end = find_partner(selection.code, match.end() - 1)
        if end is None or "\n" in text[match.start() : end] or text[end + 1 : end + 2] in {".", "(", "["}:
            continue
        call = text[match.start() : end + 1]
        if text.count(call) == 1 and 5 < len(call) < 50 and "`" not in call:
            calls.append((match.start(), call))
    if not calls:
        return None
    start, call = rng.choice(calls)
    index = text.count("\n", 0, start)
    line = selection.lines[index]
    plain = r"\s*(?:return |(?:const |let |var |auto )?[\w.]+ :?=(?!=) ?|[\w.]+\()"
    if not re.match(plain, line) or not begins_statement(selection.code_lines, index):
        return None
    if (
        re.match(r"\s*(?:def|if|while|for|class|func|fn|function|elif|switch|else|catch)\b", line)
        or line.rstrip()[-1] in "{:"
    ):
        return None
    if re.search(r"\b(?:for|if|lambda|and|or)\b|=>|&&|\|\||\?|\w=\w", line.replace(call, "")):
        return None
    name = pools.draw_name(language, OWN_STYLE.get(language, "snake"), rng, "variable")
    if name in find_names(text, language) or line.strip().rstrip(";").endswith(f"= {call}"):
        return None
    lines = list(selection.lines)
    lines[index] = line.replace(call, name)
    lines.insert(index, indent_of(line) + VARIABLES[language].format(name=name, value=call))
    instruction = phrase(
        rng,
        "extract {call} [into|to] a variable {name}",
        "[extract|pull out|move] {call} [into|to] [the|a] [variable|local variable] [named |called |]{name}",
        "assign {call} to [|a variable |the variable ]{name} first",
        "introduce a variable {name} for {call}",
        "put {call} in[|to] a variable [named|called] {name}",
        call=quote_code(call, rng, 0.3),
        name=quote_code(name, rng, 0.7),
    )
    return Edit(instruction, "\n".join(lines))
