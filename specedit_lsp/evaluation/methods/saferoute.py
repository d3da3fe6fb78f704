"""Baseline "saferoute": VANTAGE's routing between prompt lookup and one rewritten view, as published.

Where the instruction names rewrites and they change the selection's tokens, a view of the rewritten
selection competes with prompt lookup and the longer draft is checked. On that path the published system runs
two forwards of the target model per step: one that reads the token before and yields the next, and one that
checks a draft behind it. Everywhere else it is tuned prompt lookup, one forward per step. Both kinds of
forward are counted here as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from specedit_lsp.evaluation.lookup_index import LookupIndex
from specedit_lsp.evaluation.methods.tuned_pld import LONGEST, WIDTH, TunedPld, look_up
from specedit_lsp.evaluation.replay import Drafter, Method
from specedit_lsp.evaluation.task import ReplayTask

SHORTEST = 4
"""Tokens that a match in the view has at least; at most ``LONGEST``."""

_TERM = r"`[^`\n]{1,80}`|\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'|\.?[A-Za-z_]\w*(?:\.\w+)*|\d+(?:\.\d+)?"
_REWRITES = (
    re.compile(rf"\b(?:rename|replace|change)\s+({_TERM})\s+(?:to|with)\s+({_TERM})", re.IGNORECASE),
    re.compile(rf"({_TERM})\s*(?:->|=>|→)\s*({_TERM})"),
)
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_NEGATION = re.compile(r"\b(?:do not|don't|never|avoid)(?:\s+\w+){0,3}\s*$", re.IGNORECASE)


def read_rewrites(instruction: str) -> dict[str, str]:
    """Return the rewrites that an instruction names above its first fence, old to new, as published.

    One whose sentence says not to, at most three words before it, is left out.
    """
    text = instruction.partition("```")[0]
    rewrites: dict[str, str] = {}
    for pattern in _REWRITES:
        for match in pattern.finditer(text):
            sentence = _SENTENCE_END.split(text[: match.start()])[-1]
            old, new = _bare(match[1]), _bare(match[2])
            if old and new and old != new and not _NEGATION.search(sentence):
                rewrites.setdefault(old, new)
    return rewrites


def _bare(term: str) -> str:
    """Return a term without its quotes, or without the punctuation behind it."""
    return term[1:-1] if term[0] in "`\"'" else term.rstrip(".,;:")


def apply_rewrites(rewrites: Mapping[str, str], text: str) -> str:
    """Return ``text`` with each rewrite applied in turn, the longest old text first, as published.

    Names match as whole ASCII words, ``.name`` where no word character follows, all else anywhere.
    """
    for old, new in sorted(rewrites.items(), key=lambda item: -len(item[0])):
        left = r"(?<![A-Za-z0-9_])" if re.match(r"\w", old) else ""
        right = r"(?![A-Za-z0-9_])" if re.match(r"\.?\w", old) and re.search(r"\w$", old) else ""
        pattern = f"{left if right else ''}{re.escape(old)}{right}"
        text = re.sub(pattern, new.replace("\\", r"\\"), text)
    return text


def rewrite_shown(task: ReplayTask) -> str | None:
    """Return the rewritten selection; None where no rewrite changes its tokens."""
    rewritten = apply_rewrites(read_rewrites(task.order.instruction), task.shown)
    if rewritten == task.shown or task.codec.encode(rewritten) == task.codec.encode(task.shown):
        return None
    return rewritten


class RootedView:
    """The path with a view: forwards without and with a draft by turns."""

    draft_forwards = 0

    def __init__(self, task: ReplayTask, view: tuple[int, ...]) -> None:
        self._view = view
        self._ends: dict[tuple[int, ...], int] = {}
        """Where each n-gram of the view ends, the latest."""
        for n in range(SHORTEST, LONGEST + 1):
            for end in range(n, len(view)):
                self._ends[view[end - n : end]] = end
        self._index = LookupIndex(task.prompt)
        self._has_root = False

    def hear(self, verified: Sequence[int]) -> None:
        """Append what was verified."""
        self._index.extend(verified)

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return the longer one of two drafts behind a root; without one this forward is the next root."""
        if not self._has_root:
            self._has_root = True
            return ()
        lookup, viewed = look_up(self._index, width), self._read_view(width)
        draft = viewed if len(viewed) > len(lookup) else lookup
        self._has_root = not draft
        return (draft,) if draft else ()

    def _read_view(self, width: int) -> tuple[int, ...]:
        for n in range(LONGEST, SHORTEST - 1, -1):
            end = self._ends.get(tuple(self._index.tokens[-n:]))
            if end is not None:
                return self._view[end : end + width]
        return ()


def start_saferoute(task: ReplayTask) -> Drafter:
    """Return the drafter that the route leads to."""
    view = rewrite_shown(task)
    return TunedPld(task) if view is None else RootedView(task, task.write(view))


SAFEROUTE = Method("saferoute", start_saferoute, WIDTH, WIDTH)
