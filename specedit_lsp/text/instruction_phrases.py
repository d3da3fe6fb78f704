"""The phrases in which people ask for something to be replaced by something else (after VANTAGE)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Wish(NamedTuple):
    """One replacement that a phrase asks for."""

    old: str
    new: str
    near: str = ""
    """What must stand on the same line, if the phrase says so."""


_NAME = r"[^\W\d][\w$]*"
_BARE = (
    rf"\.?{_NAME}(?:(?:\.|::|->){_NAME})*(?:\([^()\n]{{0,60}}\)|\()?|\$[\w$]+|--?[a-z][\w-]*"
    r"|-?\d[\w.]*\w|-?\d|[=!<>+\-*/%&|^]{1,3}"
)
_QUOTES = {
    "b": r"`(@[^`]{1,400})`",
    "d": r"\"(@[^\"\n]{1,80})\"",
    "s": r"'(@[^'\n]{1,80})'",
    "c": r"“(@[^”\n]{1,80})”",
}
_NOUNS = (
    "variable|name|function|method|class|param|parameter|arg|argument|attribute|field|property|constant|identifier|"
    "type|keyword|string|literal|text|word|number|value|operator|module|import|package|library|struct|enum|"
    "interface|selector|tag|member|symbol|label|option|key|call|exception"
)
_ROLES = (
    r"(?:(?:the|all|any|every|each|this|that|my|our|its|local|global|existing|old|new|current|of|to|called|named|"
    rf"instances?|occurrences?|uses|usages|classes|properties|(?:{_NOUNS})s?)\s+)*?"
)
_BEHIND = rf"(?:['’]s\s+name|\s+(?:{_NOUNS})s?|\s+everywhere)?"
_VERB = (
    r"\b(?:re-?name|renaming|replace|replacing|change|changing|turn|convert|switch|update|refactor|"
    r"substitute|swap)\b"
)
_ADJUST = r"\b(?:set|increase|decrease|raise|lower|reduce|bump|make|migrate|port|move|go)\b"
_ARROW = r"\s*(?:-{1,2}>|=>|→|⇒|➜)\s*"
_TO = rf"(?:\s*\b(?:to be|to|into|with|by|as)\b\s*|{_ARROW})"


def _term(group: str) -> str:
    """Return the pattern of a name, number, operator or quoted literal; its groups begin with ``group``."""
    quoted = [pattern.replace("@", f"?P<{group}{kind}>") for kind, pattern in _QUOTES.items()]
    return "(?:" + "|".join([*quoted, f"(?P<{group}w>{_BARE})(?![\\w$])"]) + ")"


_TERM = re.compile(_term("a"))
_LIST = re.sub(r"\?P<\w+>", "?:", _term("a") + r"(?:\s*(?:,\s*and\b|,|/|&|\band\b)\s*" + _term("b") + ")+")


def _compile(phrase: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a phrase in which OLD, NEW, NEAR and LIST stand for terms and blanks for any white space."""
    words = {
        " ": r"\s+",
        "OLD": _ROLES + _term("a") + _BEHIND,
        "NEW": _ROLES + _term("b"),
        "NEAR": _term("n"),
        "LIST": _LIST,
    }
    return re.compile(re.sub("|".join(words), lambda word: words[word[0]], phrase), re.IGNORECASE | flags)


_SWAP = _compile(r"\b(?:swap|exchange|interchange|flip|switch) OLD (?:and|with|for) NEW")
_PAIRWISE = _compile(_VERB + rf" {_ROLES}(?P<olds>LIST) (?:to|into|with|as|by) (?P<news>LIST)")
_FURTHER = _compile(rf"\s*(?:,|;|&|\+|\b(?:and|but|as well as)\b)(?:\s*\b(?:and|also|then)\b)* OLD{_TO}NEW")
_PHRASES = (
    _SWAP,
    _PAIRWISE,
    _compile(rf"(?:{_VERB}|{_ADJUST}) {_ROLES}(?:NEAR )?(?:[a-z]+ )?from OLD (?:in)?to NEW"),
    _compile(rf"{_ADJUST} OLD(?:\s+to\s+|\s*=\s*)(?P<bw>-?\d[\w.]*|true|false)(?!\w)"),
    _compile(rf"{_VERB} OLD{_TO}NEW"),
    _compile(r"\bsubstitute NEW for OLD"),
    _compile(
        r"\b(?:instead of|rather than|in place of) OLD,?\s+(?:use|write|say|call it|prefer|raise|return) NEW"
    ),
    _compile(r"NEW,? (?:instead of|rather than|in place of) OLD"),
    _compile(r"\b(?:use|write|say|call it|prefer|make it) NEW,? not OLD"),
    _compile(
        r"OLD (?:should|must|needs to|has to|ought to) be(?:come)? (?:called |(?:re)?named (?:to )?)?NEW"
    ),
    _compile(r"OLD (?:becomes|is now|are now) (?:called |named )?NEW"),
    _compile(r"\bcall OLD NEW instead\b"),
    _compile(r"\bs/(?P<aw>[^/\n]+)/(?P<bw>[^/\n]+)/"),
)
"""In the order of trust: what one has read is not read again by those behind it."""
_ITEM = _compile(rf"^\s*(?:[-*•+]|\d+[.)]) OLD{_TO}NEW\s*[.,;]?$", re.MULTILINE)
_ARROWS = _compile(_term("a") + _ARROW + _term("b"))

_NEGATION = re.compile(r"\b(?:do\s+not|don['’]?t|never|avoid|without|not)\s+(?:\w+\s+){0,2}$", re.I)
_FORGET = re.compile(r"\b(?:forget|hesitate|neglect|fail)\s+to\s*$|\bnot\s+only\s*$", re.I)
_TYPES = re.compile(
    r"int|str|float|bool|bytes|none|list|dict|tuple|any|string|number|void|object|boolean", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"accept|an|and|are|as|at|be|better|by|do|each|every|for|from|handle|have|if|in|into|is|its|nothing|of|on|or|return|"
    r"so|something|support|take|that|the|their|them|then|there|these|this|those|to|us(?:e|ing)|was|will|without|with",
    re.IGNORECASE,
)
"""Words that are never names, unless they are quoted or stand for an operator."""


def find_wishes(asked: str) -> Iterator[Wish]:
    """Yield the replacements that an instruction asks for, in the order of trust."""
    read: list[tuple[int, int]] = []
    patterns = (*_PHRASES, *([_ITEM] if re.search(_VERB, asked, re.I) else []), _ARROWS)
    for pattern in patterns:
        for match in pattern.finditer(asked):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in read):
                continue
            if not is_meant(asked, start) or (pattern is _ARROWS and _is_signature(asked, match)):
                continue
            wishes = list(_list_wishes(pattern, match))
            further = _FURTHER.match(asked, end)
            while further and pattern is not _ARROWS:
                wishes.append(_read_pair(further))
                end = further.end()
                further = _FURTHER.match(asked, end)
            wishes = [wish for wish in wishes if wish.new]
            if wishes:
                read.append((start, end))
            yield from wishes


def list_terms(text: str) -> Iterator[str]:
    """Yield the names and literals in a piece of an instruction."""
    for match in _TERM.finditer(text):
        yield _read(match, "a")


def is_meant(asked: str, start: int) -> bool:
    """Whether the words in front of a phrase do not say the contrary."""
    clause = re.split(r"[.;\n]", asked[max(0, start - 40) : start])[-1]
    return bool(_FORGET.search(clause)) or not _NEGATION.search(clause)


def _list_wishes(pattern: re.Pattern[str], match: re.Match[str]) -> Iterator[Wish]:
    if pattern is _PAIRWISE:
        olds, news = (list(list_terms(match[side])) for side in ("olds", "news"))
        yield from map(Wish, olds, news) if len(olds) == len(news) else ()
        return
    wish = _read_pair(match)
    yield wish
    if pattern is _SWAP:
        yield Wish(wish.new, wish.old)


def _read_pair(match: re.Match[str]) -> Wish:
    old, new = _read(match, "a"), _read(match, "b")
    is_operator = not re.search(r"[\w$]", old)
    if _NO_NAME.fullmatch(old) and match["aw"]:
        new = ""
    if _NO_NAME.fullmatch(new) and match["bw"] and not is_operator:
        new = ""
    return Wish(old, new, _read(match, "n"))


def _read(match: re.Match[str], group: str) -> str:
    """Return a term as it stands in code."""
    groups = match.groupdict()
    quoted = next((found for kind in _QUOTES if (found := groups.get(group + kind))), None)
    if quoted is not None:
        return quoted.strip() or quoted
    return (groups.get(group + "w") or "").removesuffix("()").removesuffix("(")


def _is_signature(asked: str, match: re.Match[str]) -> bool:
    """Whether an arrow belongs to a type: behind a bracket, or between two types in prose."""
    if asked[: match.start()].rstrip().endswith((")", "(")) or asked[match.end() : match.end() + 1] in {
        "[",
        "(",
    }:
        return True
    return bool(match["aw"]) and all(_TYPES.fullmatch(_read(match, group)) for group in "ab")
