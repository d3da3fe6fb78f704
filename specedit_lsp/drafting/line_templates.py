"""From one line that was replaced to how lines like it are replaced: ``assertEqual(a, b)``, ``assert a == b``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_LEXEME = re.compile(r"[^\W\d][\w$]*|\$[\w$]+|\d[\w.]*|\s+|[^\w\s]")
_WORD = re.compile(r"[^\W\d]{2}")
_OPEN, _CLOSED = "([{", ")]}"
_MOST = 6
"""Captures in a template; a line that was taken apart further says little about others."""


@dataclass(frozen=True, slots=True)
class Template:
    """A line with holes, and what is made of it from what was in them. Indentation is no part of either."""

    old: re.Pattern[str]
    new: tuple[str | int, ...]
    """Fixed text, and numbers of holes."""

    def apply(self, line: str) -> str | None:
        """Return what becomes of a line; None if it is no such line."""
        content = line.lstrip()
        match = self.old.fullmatch(content)
        if not match or not all(map(_is_balanced, match.groups())):
            return None
        filled = "".join(match[part + 1] if isinstance(part, int) else part for part in self.new)
        return line[: len(line) - len(content)] + filled


def learn(old_line: str, new_line: str) -> Template | None:
    """Return the template that makes ``new_line`` of ``old_line``; None if they tell of no other line.

    What both have in common, lexeme by lexeme (Ratcliff and Obershelp's matching), may be different in other
    lines, unless it is punctuation; the rest must be there as it is, a word of two letters at least.
    """
    old, new = (_LEXEME.findall(line.strip()) for line in (old_line, new_line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if _is_content(old[run.a : run.a + run.size])]
    if old == new or not 0 < len(runs) <= _MOST:
        return None
    pattern: list[str] = []
    made: list[str | int] = []
    fixed = ""
    at_old = at_new = 0
    for hole, (start, begin, size) in enumerate(runs):
        between = "".join(old[at_old:start])
        fixed += between
        pattern += [re.escape(between), "(.+?)"]
        made += ["".join(new[at_new:begin]), hole]
        at_old, at_new = start + size, begin + size
    behind = "".join(old[at_old:])
    if not _WORD.search(fixed + behind):
        return None
    made.append("".join(new[at_new:]))
    return Template(re.compile("".join([*pattern, re.escape(behind)])), tuple(made))
