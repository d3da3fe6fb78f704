"""Reading from an instruction what should be replaced by what (explicit rewrites, after VANTAGE).

The result is a guess about what the model will do, never what is done: a wrong one costs a branch of a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from specedit_lsp.drafting.names import IDENTIFIER, restyle
from specedit_lsp.drafting.substitution import Substitution

_QUOTED = r"`(?P<{0}b>[^`]{{1,400}})`|\"(?P<{0}d>[^\"\n]{{1,80}})\"|'(?P<{0}s>[^'\n]{{1,80}})'|“(?P<{0}c>[^”\n]{{1,80}})”"
_BARE = (
    r"(?P<{0}w>\.?[^\W\d][\w$]*(?:(?:\.|::|->)[^\W\d][\w$]*)*(?:\(\))?|\$[\w$]+|--?[a-z][\w-]*"
    r"|-?\d[\w.]*\w|-?\d|[=!<>+\-*/%&|^]{{1,3}})(?![\w$])"
)
_TERM = "(?:" + _QUOTED + "|" + _BARE + ")"
_ROLES = (
    r"(?:(?:the|all|any|every|each|this|that|my|our|its|local|global|existing|old|new|current|instances?|occurrences?|uses|usages|calls?|of|to"
    r"|variables?|names?|functions?|methods?|class(?:es)?|parameters?|params?|arguments?|args?|attributes?|fields?|propert(?:y|ies)|constants?"
    r"|identifiers?|types?|keywords?|strings?|literals?|text|words?|numbers?|values?|operators?|modules?|imports?|structs?|enums?|interfaces?"
    r"|selectors?|tags?|members?|symbols?|labels?|options?|keys?)\s+)*?"
)
_VERB = r"\b(?:re-?name|renaming|replace|replacing|change|changing|turn|convert|switch|update|refactor|substitute|swap)\b"
_TO = r"\s*(?:\bto be\b|\bto\b|\binto\b|\bwith\b|\bby\b|\bas\b|\bfor\b|-{1,2}>|=>|→|⇒|➜)\s*"
_ARROW = r"\s*(?:-{1,2}>|=>|→|⇒|➜)\s*"

_ASKED = re.compile(_VERB + r"\s+" + _ROLES + _TERM.format("a") + _TO + _ROLES + _TERM.format("b"), re.I)
_FURTHER = re.compile(
    r"\s*(?:,|;|\band\b|&|\+)(?:\s*\b(?:and|also|then)\b)*\s+" + _ROLES + _TERM.format("a") + _TO + _ROLES + _TERM.format("b"), re.I
)
_FROM = re.compile(
    _VERB + r"\s+" + _ROLES + r"(?:" + _TERM.format("n") + r"\s+)?(?:[a-z]+\s+)??from\s+" + _TERM.format("a") + r"\s+(?:in)?to\s+" + _TERM.format("b"),
    re.I,
)
_INSTEAD = re.compile(
    r"\b(?:use|write|say|call it|prefer|make it)\s+" + _ROLES + _TERM.format("b") + r"\s+(?:instead of|rather than|in place of|not)\s+" + _ROLES + _TERM.format("a"), re.I
)
_CALLED = re.compile(
    _ROLES + _TERM.format("a") + r"\s+(?:should|must|needs to|has to|ought to)\s+be(?:come)?\s+(?:called\s+|named\s+|renamed\s+(?:to\s+)?)?" + _TERM.format("b"), re.I
)
_CALL_INSTEAD = re.compile(r"\bcall\s+" + _ROLES + _TERM.format("a") + r"\s+" + _TERM.format("b") + r"(?:\s+instead)?", re.I)
_SWAP = re.compile(r"\b(?:swap|exchange|interchange|flip|switch)\s+" + _ROLES + _TERM.format("a") + r"\s+(?:and|with|for)\s+" + _ROLES + _TERM.format("b"), re.I)
_PAIRWISE = re.compile(
    _VERB + r"\s+" + _ROLES + _TERM.format("a") + r"\s+and\s+" + _TERM.format("c") + r"\s+(?:to|into|with|as|by)\s+" + _TERM.format("b") + r"\s+and\s+" + _TERM.format("d"), re.I
)
_ARROWS = re.compile(_TERM.format("a") + _ARROW + _TERM.format("b"))
_STYLED = re.compile(
    r"\b(?P<style>snake|camel|pascal|screaming|upper|kebab)[\s_-]?(?:snake)?[\s_-]?cased?\b|\b(?P<constant>constant|all[\s-]caps)[\s_-]case\b", re.I
)
_NEGATION = re.compile(r"\b(?:do\s+not|don['’]?t|never|avoid|without|not)\s+(?:\w+\s+){0,2}$", re.I)
_FORGET = re.compile(r"\b(?:forget|hesitate|neglect|fail)\s+to\s*$", re.I)
_EXCEPT = re.compile(r"\b(?:but\s+not|except(?:\s+for)?|not|leave|keep|but\s+leave|but\s+keep|without\s+touching|don['’]?t\s+(?:touch|change|rename))\s+", re.I)
_SPARED_PARTS = {"strings": re.compile(r"\bstrings?\b|\bliterals?\b", re.I), "comments": re.compile(r"\bcomments?\b|\bdocstrings?\b", re.I)}
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.S)
_WORDS = {
    "a", "an", "and", "be", "by", "code", "everything", "everywhere", "here", "it", "its", "of", "one", "something", "that", "the", "them", "these",
    "this", "those", "to", "use", "with", "uses", "using", "all", "for", "in", "into", "from", "name", "names", "return", "returns",
}  # fmt: skip
"""Words that stand where a name could and hardly ever are one, unless they are quoted."""


def read_rewrites(instruction: str, selection: str) -> list[Substitution]:
    """Return what the instruction may ask to be replaced, the likeliest reading first.

    Only what occurs in the selection counts. The first reading is the instruction's own; others leave
    strings and comments alone.
    """
    asked = _FENCE.sub(" ", instruction) if instruction.count("```") < 4 else instruction
    pairs: dict[str, str] = {}
    near: dict[str, str] = {}
    names = set(IDENTIFIER.findall(selection))
    for old, new, place in _find_pairs(asked):
        meant = old and new and (old.lower() not in _WORDS or old in names) and not _STYLED.fullmatch(new)
        if meant and old in selection and old != new and old not in pairs:
            pairs[old] = new
            if place and place in selection:
                near[old] = place
    pairs |= {old: new for old, new in _find_styles(asked, selection).items() if old not in pairs}
    if not pairs:
        return []
    spared, leave = _find_exceptions(asked, selection, pairs)
    own = Substitution(pairs, spared, leave, near)
    readings = [own]
    if near:
        readings.append(Substitution(pairs, spared, leave))
    if not leave:
        readings.append(Substitution(pairs, spared, frozenset({"strings", "comments"}), near))
    return readings


def _find_pairs(asked: str) -> Iterator[tuple[str, str, str]]:
    """Yield old, new, and what must be on the same line; in the order of trust."""
    for match in _SWAP.finditer(asked):
        if _is_meant(asked, match):
            a, b = _read(match, "a"), _read(match, "b")
            yield from ((a, b, ""), (b, a, "")) if a and b else ()
    for match in _PAIRWISE.finditer(asked):
        if _is_meant(asked, match):
            for old, new in (("a", "b"), ("c", "d")):
                yield _read(match, old), _read(match, new), ""
    for match in _FROM.finditer(asked):
        if _is_meant(asked, match):
            yield _read(match, "a"), _read(match, "b"), _read(match, "n") if match["nw"] or match["nb"] else ""
    for match in _ASKED.finditer(asked):
        if not _is_meant(asked, match):
            continue
        found: re.Match[str] | None = match
        while found:
            yield _read(found, "a"), _read(found, "b"), ""
            found = _FURTHER.match(asked, found.end())
    for pattern in (_INSTEAD, _CALLED, _CALL_INSTEAD):
        for match in pattern.finditer(asked):
            if _is_meant(asked, match):
                yield _read(match, "a"), _read(match, "b"), ""
    for match in _ARROWS.finditer(asked):
        if _is_meant(asked, match) and not _is_signature(asked, match):
            yield _read(match, "a"), _read(match, "b"), ""


def _read(match: re.Match[str], group: str) -> str:
    """Return a term as it stands in code; empty for a new name that is none."""
    groups = match.groupdict()
    quoted = next((groups[group + kind] for kind in "bdsc" if groups.get(group + kind)), None)
    if quoted is not None:
        return quoted.strip() or quoted
    bare = groups.get(group + "w") or ""
    if group in "bd" and len(bare) > 1 and bare.lower() in _WORDS:
        return ""
    return bare.removesuffix("()")


def _is_meant(asked: str, match: re.Match[str]) -> bool:
    """Whether the words before do not say the contrary."""
    before = asked[max(0, match.start() - 40) : match.start()]
    clause = re.split(r"[.;\n]", before)[-1]
    return bool(_FORGET.search(clause)) or not _NEGATION.search(clause)


def _is_signature(asked: str, match: re.Match[str]) -> bool:
    """Whether an arrow belongs to a type: behind a bracket, or between two types in prose."""
    before = asked[: match.start()].rstrip()
    if before.endswith((")", "(")) or asked[match.end() : match.end() + 1] in {"[", "("}:
        return True
    types = {"int", "str", "float", "bool", "bytes", "none", "list", "dict", "tuple", "any", "string", "number", "void", "object", "boolean"}
    a, b = _read(match, "a").lower(), _read(match, "b").lower()
    quoted = bool(match["ab"] or match["ad"] or match["as"] or match["ac"])
    return not quoted and a in types and b in types


def _find_styles(asked: str, selection: str) -> dict[str, str]:
    """Names that the instruction wants in another style: those it mentions, else all that are not."""
    match = _STYLED.search(asked)
    if not match or not _is_meant(asked, match):
        return {}
    word = (match["style"] or "screaming").lower()
    style = {"upper": "screaming"}.get(word, word)
    if "screaming" in asked.lower():
        style = "screaming"
    present = dict.fromkeys(IDENTIFIER.findall(selection))
    mentioned = [name for name in IDENTIFIER.findall(asked) if name in present and restyle(name, style) != name]
    mentioned = [name for name in mentioned if "_" in name or name != name.lower()]
    other = {"snake": str.islower, "screaming": str.isupper}
    chosen = mentioned or [
        name
        for name in present
        if not name.startswith("__")
        and ("_" in name.strip("_") or (style in other and not other[style](name) and name[:1].islower()))
        and not (style != "screaming" and name.isupper())
    ]
    return {name: restyle(name, style) for name in chosen if restyle(name, style) != name}


def _find_exceptions(
    asked: str, selection: str, pairs: dict[str, str]
) -> tuple[frozenset[str], frozenset[str]]:
    """What the instruction wants to stay: names, and strings or comments."""
    spared: set[str] = set()
    leave: set[str] = set()
    for match in _EXCEPT.finditer(asked):
        clause = re.split(r"[.;\n]", asked[match.end() : match.end() + 80])[0]
        leave.update(part for part, pattern in _SPARED_PARTS.items() if pattern.search(clause))
        spared.update(name for name in IDENTIFIER.findall(clause) if name in selection and name not in pairs and name.lower() not in _WORDS)
    return frozenset(spared), frozenset(leave)
