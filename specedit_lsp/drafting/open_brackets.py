"""Which brackets and quotes are open where the output has got to."""

from __future__ import annotations

import re

_MARK = re.compile(r"""\\.|\"{3}|'{3}|["'`()\[\]{}]|//|\#|/\*|\*/""")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_LONG = {'"""', "'''", "`", "*/"}
"""Ends of what may reach over line ends."""


class OpenBrackets:
    """Reads a text line by line, without its grammar: a stray quote counts to the end of its line at most."""

    def __init__(self, comment: str) -> None:
        """``comment`` begins a comment that ends with the line: ``#`` or ``//``."""
        self._comment = comment
        self._read = 0
        """Characters of whole lines that are behind us."""
        self._closers: tuple[str, ...] = ()
        self._quote = ""

    def find(self, text: str) -> tuple[tuple[str, ...], str]:
        """Return what closes the open brackets of a text, innermost last, and what ends an open string."""
        start = text.rfind("\n") + 1
        for line in text[self._read : start].splitlines():
            self._closers, quote = self._scan(line)
            self._quote = quote if quote in _LONG else ""
        self._read = start
        return self._scan(text[start:])

    def _scan(self, line: str) -> tuple[tuple[str, ...], str]:
        closers, quote = list(self._closers), self._quote
        for mark in _MARK.findall(line):
            if quote:
                quote = "" if mark == quote else quote
            elif mark == self._comment:
                quote = "\n"
            elif mark == "/*" and self._comment == "//":
                quote = "*/"
            elif mark in _PAIRS:
                closers.append(_PAIRS[mark])
            elif closers and mark == closers[-1]:
                closers.pop()
            elif mark[0] in "\"'`":
                quote = mark
        return tuple(closers), quote
