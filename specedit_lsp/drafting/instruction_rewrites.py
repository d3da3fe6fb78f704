"""Reading from an instruction what should be replaced in a selection, and by what (after VANTAGE).

The result is a guess about what the model will do, never what is done: a wrong one costs a branch of a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from specedit_lsp.drafting.names import IDENTIFIER, restyle
from specedit_lsp.drafting.substitution import Substitution, bound
from specedit_lsp.text.instruction_phrases import Wish, find_wishes, is_meant, list_terms

_STYLED = re.compile(
    r"\b(?P<style>snake|camel|pascal|screaming|upper|kebab)[\s_-]?(?:snake)?[\s_-]?cased?\b"
    r"|\b(?P<constant>constant|all[\s-]caps)[\s_-]case\b",
    re.I,
)
_NOT_WANTED = re.compile(r"\b(?:from|instead\s+of|rather\s+than|not)\s+$", re.I)
_EXCEPT = re.compile(
    r"\b(?:but\s+not|except(?:\s+for)?|not|leave|keep|but\s+leave|but\s+keep|without\s+touching"
    r"|don['’]?t\s+(?:touch|change|rename))\s+",
    re.I,
)
_SPARED_PARTS = {
    "strings": re.compile(r"\bstrings?\b|\bliterals?\b", re.I),
    "comments": re.compile(r"\bcomments?\b|\bdocstrings?\b", re.I),
}
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.S)
_VALUE = re.compile(r"-?\d[\w.]*|true|false|none|null|nil", re.I)
_USUAL_WORD = re.compile(r"a|all|code|every(?:thing|where)|here|it|names?|one|returns?|uses?", re.I)
"""Words that are seldom names, unless the selection has them."""


def read_rewrites(instruction: str, selection: str) -> list[Substitution]:
    """Return what the instruction may ask to be replaced, the likeliest reading first.

    Only what occurs in the selection counts. The first reading is the instruction's own; others leave
    strings and comments alone.
    """
    asked = _FENCE.sub(" ", instruction) if instruction.count("```") < 4 else instruction
    pairs: dict[str, str] = {}
    near: dict[str, str] = {}
    for old, new, place in _find_possible(asked, selection):
        if old not in pairs:
            pairs[old] = new
            if place and place in selection:
                near[old] = place
    pairs = _find_styles(asked, selection) | pairs
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


def _find_possible(asked: str, selection: str) -> Iterator[Wish]:
    """Yield the wishes that can be met in the selection."""
    names = set(IDENTIFIER.findall(selection))
    for old, new, near in find_wishes(asked):
        if IDENTIFIER.fullmatch(old) and _VALUE.fullmatch(new) and not _VALUE.fullmatch(old):
            # A name cannot become a value: its own value is meant.
            assigned = re.search(
                bound(old) + rf"\s*(?::[^=\n]*=|[=:])\s*({_VALUE.pattern})(?!\w)", selection, re.I
            )
            if assigned and assigned[1] != new:
                yield Wish(assigned[1], new, old)
        elif old and old in selection and old != new and not _STYLED.match(asked, asked.rfind(new)):
            if _USUAL_WORD.fullmatch(old) and old not in names:
                continue
            yield Wish(old, new, near)


def _find_styles(asked: str, selection: str) -> dict[str, str]:
    """Names that the instruction wants in another style: those it mentions, else all that are not."""
    match = next((m for m in _STYLED.finditer(asked) if not _NOT_WANTED.search(asked[: m.start()])), None)
    if not match or not is_meant(asked, match.start()):
        return {}
    word = (match["style"] or "screaming").lower()
    style = "screaming" if word == "upper" or "screaming" in asked.lower() else word
    present = dict.fromkeys(IDENTIFIER.findall(selection))
    mentioned = [
        name for name in IDENTIFIER.findall(asked) if name in present and restyle(name, style) != name
    ]
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
        clause = re.split(r"[.;\n](?:\s|$)", asked[match.end() : match.end() + 80])[0]
        leave.update(part for part, pattern in _SPARED_PARTS.items() if pattern.search(clause))
        spared.update(term for term in list_terms(clause) if term in selection and term not in pairs)
    return frozenset(spared), frozenset(leave)
