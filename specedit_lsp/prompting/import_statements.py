"""The imports far above a selection.

They are found by how lines begin. What is found wrongly costs some of the context, never more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from specedit_lsp.prompting.import_patterns import import_pattern

MOST_IMPORT_LINES = 60

_WORD = re.compile(r"\w+")


def find_imports(lines: Sequence[str], language: str, selection: str) -> list[range]:
    """Return the imports among the lines: those that share a word with the selection first."""
    pattern = import_pattern(language)
    if pattern is None:
        return []
    imports: list[range] = []
    index = 0
    while index < len(lines):
        stop = index + 1
        if pattern.match(lines[index]):
            stop = _end_of_statement(lines, index)
            imports.append(range(index, stop))
        index = stop
    used = set(_WORD.findall(selection))
    return sorted(imports, key=lambda block: used.isdisjoint(_names(lines[block.start : block.stop])))


def _end_of_statement(lines: Sequence[str], start: int) -> int:
    """Return the line behind a statement that goes on as long as brackets are open."""
    depth = 0
    for index in range(start, min(start + MOST_IMPORT_LINES, len(lines))):
        line = lines[index]
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if depth <= 0:
            return index + 1
    return start + 1


def _names(lines: Sequence[str]) -> set[str]:
    """The words of an import that may be names: not those that every import has."""
    return set(_WORD.findall("".join(lines))) - {"as", "const", "from", "import", "require", "use", "using"}
