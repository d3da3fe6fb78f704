"""Picks something to show in a file that nobody prepared: a function, and a name in it worth changing."""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter

from specedit_lsp.text.lines import Lines

MOST_LINES = 20


def choose_span(text: str, language: str) -> tuple[int, int]:
    """The offsets of a function of up to 20 lines; where it is no Python, of the first such block."""
    index = Lines(text)
    first, last = (_longest_function(text) if language == "python" else None) or _first_block(index)
    return index.start(first), index.end(last)


def choose_rename(region: str) -> str:
    """An instruction to rename the name that occurs most often."""
    names = Counter(
        name
        for name in re.findall(r"\b[a-z_][a-z_0-9]{2,}\b", region)
        if not keyword.iskeyword(name) and name != "self"
    )
    if not names:
        return "add a comment above the first line"
    name = names.most_common(1)[0][0]
    return f"rename {name} to new_{name.strip('_')}"


def _longest_function(text: str) -> tuple[int, int] | None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    spans = [
        (node.lineno - 1, node.end_lineno - 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    fitting = [span for span in spans if span[1] - span[0] < MOST_LINES]
    return max(fitting, key=lambda span: span[1] - span[0], default=None)


def _first_block(index: Lines) -> tuple[int, int]:
    """The first run of lines up to an empty one, ten lines at least if there are as many."""
    last = index.count - 1
    starts = (number for number in range(index.count) if index.line(number).strip())
    first = next(starts, 0)
    for number in range(first, last):
        if number - first >= MOST_LINES - 1 or (number - first >= 10 and not index.line(number + 1).strip()):
            return first, number
    return first, last
