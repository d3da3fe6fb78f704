"""Replacing names and literals throughout a text: what a rewrite view is made with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from specedit_lsp.text.prose import PROSE

_HYPHENATED = {"css", "scss", "less", "html", "xml", "svg", "lisp", "clojure", "scheme", ""}
"""Languages whose names may contain hyphens, and the unknown one."""
_SYMBOLS = r"=!<>+\-*/%&|^~?:@"


@dataclass(frozen=True)
class Substitution:
    """Names and literals with what stands for them, all replaced at once, so that two may change places."""

    pairs: Mapping[str, str]
    spared: frozenset[str] = frozenset()
    """Names that stay although a pair would change them or a part of them."""
    leave: frozenset[str] = frozenset()
    """Parts of the code that stay as they are: "strings", "comments"."""
    near: Mapping[str, str] = field(default_factory=dict)
    """For some pairs a name that must stand on the same line."""

    def apply(self, text: str, language: str = "") -> str:
        """Return the text with every whole occurrence replaced; longer ones first."""
        replace = self.compile(language)
        if not self.leave:
            return replace(text)
        stop = re.compile("|".join(PROSE[part] for part in sorted(self.leave, reverse=True)), re.M)
        pieces, position = [], 0
        for kept in stop.finditer(text):
            pieces += [replace(text[position : kept.start()]), kept[0]]
            position = kept.end()
        return "".join([*pieces, replace(text[position:])])

    def compile(self, language: str = "") -> Callable[[str], str]:
        """Return what replaces the pairs in text that is free of what stays."""
        olds = sorted({*self.pairs, *self.spared}, key=len, reverse=True)
        if not olds:
            return lambda text: text
        pattern = re.compile("|".join(bound(old, language) for old in olds))

        def substitute(match: re.Match[str]) -> str:
            old = match[0]
            if old in self.spared:
                return old
            near = self.near.get(old)
            if near is not None and near not in _line_around(match):
                return old
            return self.pairs[old]

        return lambda text: pattern.sub(substitute, text)


def bound(term: str, language: str = "") -> str:
    """Return the pattern of a term standing by itself: no letter next to a name, no digit or point next to a
    number, no further symbol next to an operator."""
    letters = r"\w$\-" if language in _HYPHENATED else r"\w$"
    before = behind = ""
    if re.match(r"[\w$]", term):
        before = letters if not term[0].isdigit() else r"\w$."
    elif re.match(rf"[{_SYMBOLS}]", term):
        before = _SYMBOLS
    if re.search(r"[\w$]$", term):
        behind = rf"(?![{letters}])" if not term[0].isdigit() else r"(?![\w$]|\.\d)"
    elif re.search(rf"[{_SYMBOLS}]$", term):
        behind = rf"(?![{_SYMBOLS}])"
    literal = re.escape(term)
    # The literal comes first: it is what a search can look for fast.
    return literal + (f"(?<![{before}]{literal})" if before else "") + behind


def _line_around(match: re.Match[str]) -> str:
    text = match.string
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]
