"""From one replaced line to how lines like it are replaced: ``assertEqual(a, b)`` by ``assert a == b``."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_LEXEME = re.compile(r"[^\W\d][\w$]*|\$[\w$]+|\d[\w.]*|\s+|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[^\w\s]")
_CONTENT = re.compile(r"[\w\"'$]")
_NAME = re.compile(r"[\w$.]+")
_WORD = re.compile(r"[^\W\d_]{2}")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_PAIRED = {*_CLOSERS, *_CLOSERS.values(), "'", '"'}
"""What never stands alone in an expression."""
_MOST = 6
"""Holes in a template: a line that was taken apart further says little about others."""
_TEMPLATES = 8
"""Kept, the latest ones."""


@dataclass(frozen=True, slots=True)
class Template:
    """A line with holes, and what is made of what is in them. Indentation is no part of either."""

    old: tuple[str, ...]
    """What stands before the first hole, between holes, and behind the last."""
    new: tuple[str, ...]
    """The same, for the line that takes its place."""

    def apply(self, line: str) -> str | None:
        """Return what becomes of a line; None if it is not of this kind."""
        content = line.strip()
        fillings = self._take_apart(content)
        if fillings is None:
            return None
        pieces = [self.new[0]]
        for filling, behind in zip(fillings, self.new[1:], strict=True):
            pieces += [filling, behind]
        return line.replace(content, "".join(pieces), 1)

    def _take_apart(self, content: str) -> list[str] | None:
        """Return what is in the holes: each ends before the next fixed text, once its brackets are closed."""
        first, *between, last = self.old
        if not content.startswith(first) or not content.endswith(last):
            return None
        fillings = []
        start, stop = len(first), len(content) - len(last)
        for fixed in between:
            end = content.find(fixed, start + 1, stop)
            while end >= 0 and not _is_balanced(content[start:end]):
                end = content.find(fixed, end + 1, stop)
            if end < 0:
                return None
            fillings.append(content[start:end])
            start = end + len(fixed)
        fillings.append(content[start:stop])
        return fillings if fillings[-1] and _is_balanced(fillings[-1]) else None


def learn(old_line: str, new_line: str) -> Template | None:
    """Return the template that makes ``new_line`` of ``old_line``; None if they tell of no other line.

    What both have in common, lexeme by lexeme (matched after Ratcliff and Obershelp), may be something else
    in other lines: a hole. The rest has to be there as it is, and a word of two letters must be part of it.
    """
    old, new = (_LEXEME.findall(line.strip()) for line in (old_line, new_line))
    if old == new:
        return None
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    holes = [(a + i, b + i, j - i) for a, b, size in blocks for i, j in _find_holes(old, a, a + size)]
    if not 0 < len(holes) <= _MOST:
        return None
    fixed: tuple[list[str], list[str]] = [], []
    at_old = at_new = 0
    for start, begin, size in [*holes, (len(old), len(new), 0)]:
        fixed[0].append("".join(old[at_old:start]))
        fixed[1].append("".join(new[at_new:begin]))
        at_old, at_new = start + size, begin + size
    if not all(fixed[0][1:-1]) or not any(map(_WORD.search, fixed[0])):
        return None
    return Template(tuple(fixed[0]), tuple(fixed[1]))


def _find_holes(line: Sequence[str], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run of lexemes that may vary, as offsets from its start.

    A part has no bracket without its partner and no punctuation around it. The name of a call that is not
    in the run as a whole does not vary.
    """
    run = line[start:stop]
    paired = _pair_brackets(run)
    lone = [at for at, lexeme in enumerate(run) if lexeme in _PAIRED and at not in paired]
    for first, last in zip([0, *(at + 1 for at in lone)], [*lone, len(run)], strict=True):
        calls = last < len(run) and run[last] in _CLOSERS
        while (
            last > first
            and last - 1 not in paired
            and (not _CONTENT.search(run[last - 1]) or (calls and _NAME.fullmatch(run[last - 1])))
        ):
            last -= 1
        while first < last and first not in paired and not _CONTENT.search(run[first]):
            first += 1
        if (
            first < last
            and paired.get(first) == last - 1
            and start + first
            and _NAME.fullmatch(line[start + first - 1])
        ):
            # All that is between the brackets of a call.
            first, last = first + 1, last - 1
        if any(_CONTENT.search(lexeme) for lexeme in run[first:last]):
            yield first, last


def _pair_brackets(lexemes: Sequence[str]) -> dict[int, int]:
    """Return for each bracket that has a partner where that is."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme in _CLOSERS:
            waiting.append(at)
        elif lexeme in _CLOSERS.values():
            if waiting and _CLOSERS[lexemes[waiting[-1]]] == lexeme:
                partner = waiting.pop()
                pairs |= {partner: at, at: partner}
            else:
                waiting.clear()
    return pairs


def _is_balanced(text: str) -> bool:
    lexemes = _LEXEME.findall(text)
    return sum(lexeme in _PAIRED for lexeme in lexemes) == len(_pair_brackets(lexemes))


class LineLessons:
    """Follows an output line by line and keeps the templates that its replaced lines teach."""

    def __init__(self, text: str) -> None:
        """``text`` is what the output rewrites."""
        self._lines = text.split("\n")
        self._places: dict[str, list[int]] = {}
        """Where each line stands, by what it says."""
        for at, line in enumerate(self._lines):
            self._places.setdefault(line.strip(), []).append(at)
        self._next = 0
        """The line that the output has got to."""
        self._templates: list[Template] = []

    def hear(self, line: str) -> bool:
        """Take in a line that the output has finished, and return whether the templates are others now.

        It is compared with the line whose place it seems to take: the nearest one that reads the same, else
        the next one.
        """
        content, here = line.strip(), self._next
        old = self._lines[here] if here < len(self._lines) else ""
        before = self._templates
        self._templates = [known for known in before if known.apply(old) in {None, line}]
        if content in self._places:
            places = self._places[content]
            behind = bisect_left(places, here)
            near = min(places[max(0, behind - 1) : behind + 1], key=lambda at: abs(at - here))
            if abs(near - here) <= 1 or _WORD.search(content):
                self._next = near + 1
        elif any(known.apply(old) == line for known in self._templates):
            self._next += 1
        elif template := learn(old, line):
            self._next += 1
            self._templates = [template, *self._templates][:_TEMPLATES]
        return self._templates != before

    def rewrite_rest(self) -> tuple[str, str] | None:
        """Return the text up to the line that the output has got to, and the rest as the templates have it.

        None if they change nothing.
        """
        rest = self._lines[self._next :]
        changed = [
            next(filter(None, (known.apply(line) for known in self._templates)), line) for line in rest
        ]
        if changed == rest:
            return None
        return "".join(f"{line}\n" for line in self._lines[: self._next]), "\n".join(changed)
