"""Code as lexemes: words, numbers, operators, and line ends that say how the indentation changes.

A lexeme takes the one space before it along. A line end is spelt ``"\\n"`` if the next line is as deep as the
last, with a ``→`` for each level that it is deeper, or a ``←`` for each that it is shallower, and with ``↔``
if it is aligned otherwise; an empty line between doubles the ``"\\n"``. So a table mined from one project's
code fits code that is indented differently, and lexemes that are joined stay distinct.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEXEME = re.compile(
    r"(?P<end>[ \t]*\n\s*)"
    r"| ?(?:[^\W\d]\w*|\d[\w.]*"
    r"|[-=]>|[=!<>:+\-*/%&|^]=|::|&&|\|\||\+\+|--|\.\.\.|\"\"\"|'''|//|/\*|\*/|\*\*|</|[^\w\s])"
    r"|\s+"
)
_MOST_STEPS = 3
"""Levels of indentation that a line end may change."""


def split_lexemes(text: str, unit: str) -> list[str]:
    """Return the lexemes of ``text``, in which a level of indentation is written ``unit``.

    A blank end of the text is left out: it may not be complete.
    """
    lexemes = []
    indent = _indent_of(text)
    for match in _LEXEME.finditer(text.rstrip()):
        lexeme = match[0]
        if match["end"] is not None:
            written = lexeme.rpartition("\n")[2]
            lexeme = "\n" * min(lexeme.count("\n"), 2) + _name_step(indent, written, unit)
            indent = written
        lexemes.append(lexeme)
    return lexemes


def write_lexemes(lexemes: Sequence[str], indent: str, unit: str) -> str:
    """Return the text of lexemes behind a line indented by ``indent``, up to one that cannot be written."""
    pieces = []
    for lexeme in lexemes:
        if lexeme[0] != "\n":
            pieces.append(lexeme)
            continue
        ends = lexeme.count("\n")
        step = lexeme[ends:]
        if step.startswith("↔"):
            pieces.append("\n")
            break
        if step.startswith("←"):
            if not indent.endswith(unit * len(step)):
                break
            indent = indent[: -len(unit) * len(step)]
        else:
            indent += unit * len(step)
        pieces.append("\n" * ends + indent)
    return "".join(pieces)


def is_word(lexeme: str) -> bool:
    """Whether a lexeme is a name, a keyword or a word of prose."""
    return lexeme.removeprefix(" ")[:1].isidentifier()


def _name_step(old: str, new: str, unit: str) -> str:
    for sign, shallow, deep in (("←", new, old), ("→", old, new)):
        steps = (len(deep) - len(shallow)) // len(unit)
        if 0 < steps <= _MOST_STEPS and deep == shallow + unit * steps:
            return sign * steps
    return "" if old == new else "↔"


def _indent_of(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]
