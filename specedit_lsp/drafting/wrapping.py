"""Reading from an instruction what the selection should be put into, or be taken out of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specedit_lsp.drafting.indentation import find_unit, indent_at, shift

_WRAP = re.compile(r"\b(?:wrap|put|place|enclose|surround|nest|guard|indent|move)\b", re.I)
_UNWRAP = re.compile(
    r"\b(?:unwrap|unnest|un-indent|unindent|dedent|flatten|remove|drop|delete|take out|get rid)\b", re.I
)
_QUOTED = re.compile(r"`([^`]+)`")
_PYTHON = re.compile(
    r"(?:async\s+)?(?:if|for|while|with|try|else|elif|except|finally|def|class|match|case)\b"
)
_CLOSERS = {"{": "}", "(": ")", "[": "]"}


def read_wrappings(instruction: str, selection: str, language: str) -> Iterator[str]:
    """Yield the selection under the header, and over the footer, that the instruction quotes."""
    quoted = [piece.strip() for piece in _QUOTED.findall(instruction)]
    if not quoted or not _WRAP.search(instruction) or quoted[0] in selection:
        return
    header, *footers = quoted
    if language in {"python", ""} and _PYTHON.match(header) and header[-1] not in ":{":
        header += ":"
    if header[-1] not in ":{([" and not header.endswith(("then", "do", "=>")):
        return
    indent = indent_at(selection, 0)
    body = shift(selection, indent, indent + find_unit(selection))
    footer = "\n".join(_lay_out(piece, indent, find_unit(selection)) for piece in footers)
    footer = footer or indent + _CLOSERS.get(header[-1], "")
    yield f"{_lay_out(header, indent, find_unit(selection))}\n{body}" + (
        f"\n{footer}" if footer.strip() else ""
    )


def read_unwrappings(instruction: str, selection: str) -> Iterator[str]:
    """Yield the selection without its first line, which the instruction quotes or is about, one level out."""
    lines = selection.split("\n")
    first = lines[0].strip()
    quoted = [piece.strip() for piece in _QUOTED.findall(instruction)]
    named = any(piece and first.startswith(piece.rstrip(":{ ")) for piece in quoted)
    if not _UNWRAP.search(instruction) or not named or len(lines) < 2:
        return
    inner = lines[1:]
    if inner[-1].strip()[:1] in {"}", ")", "]"} and indent_at(inner[-1], 0) == indent_at(lines[0], 0):
        inner = inner[:-1]
    body = "\n".join(inner)
    yield shift(body, indent_at(body.lstrip("\n"), 0), indent_at(lines[0], 0))


def _lay_out(code: str, indent: str, unit: str) -> str:
    """Code of an instruction, where one line stands for several: what follows a colon goes below it."""
    lines = re.split(r"(?<=:)\s+(?=\w)", code) if code.count(":") > 1 or not code.endswith(":") else [code]
    head, *rest = lines
    laid = [indent + head]
    for line in rest:
        deeper = "" if _PYTHON.match(line) and line.endswith(":") else unit
        laid.append(indent + deeper + line)
    return "\n".join(laid)
