"""Draft source "induced": replacements that the output has shown, carried on to what remains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.names import IDENTIFIER, STYLES, restyle
from specedit_lsp.drafting.substitution import Substitution
from specedit_lsp.drafting.view import View
from specedit_lsp.drafting.view_bank import ViewBank

_LEXEME = re.compile(r"[^\W\d][\w$]*|\$[\w$]+|\d[\w.]*|[^\w\s]+")
_LONGEST = 24
"""Tokens of an edit after which it is no replacement of a name."""
_PHRASE = 3
"""Further lexemes that one replacement may take the place of."""
_HYPOTHESES = 4


class _Change(NamedTuple):
    """Something of a view that the output has in another form."""

    start: int
    """Where it begins in the view's text, in characters."""
    old: str
    new: str
    """All of the new form, or its beginning if ``rest`` is empty."""
    rest: str
    """What followed it, in the view and in the output alike; empty while it may still be going on."""


class InducedViews:
    """Learns old -> new where the output replaces one name or phrase, and applies it to the rest at once.

    While the new form is still being written, what it may become is guessed: itself, another style of the
    old name, or a longer name that the instruction or the text knows. A pair is dropped when the output
    copies its old form.
    """

    name = "induced"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        self._pairs: dict[str, str] = {}
        self._refuted: set[str] = set()
        self._open: tuple[View, _Change] | None = None
        self._known = sorted(set(IDENTIFIER.findall(bank.context.instruction + "\n" + bank.context.text)))

    def hear(self, verified: Sequence[int]) -> None:
        """Look at what the output did since the last call."""
        self._drop_refuted()
        self._open = None
        view = self._bank.leader
        change = find_change(view, self._bank.transcript.read_tail(view.alignment.place.novel))
        if change is None or change.old in self._refuted:
            return
        if not change.rest:
            self._open = view, change
        else:
            self._pairs[change.old] = change.new
            self._add_view(view, change)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the induced views, and what may follow a new name that is still being written."""
        drafts = [draft for view in self._bank.list_views(self.name)[:3] for draft in view.propose(width)[:1]]
        if self._open:
            drafts += self._guess(*self._open, width)
        return drafts

    def _add_view(self, view: View, change: _Change) -> None:
        text = view.text.text.removesuffix(self._bank.context.closing)
        at = change.start + len(change.old) + len(change.rest)
        substitute = Substitution(self._pairs).compile(self._bank.context.language)
        head, tail = substitute(text[:at]), substitute(text[at:])
        if tail != text[at:]:
            self._bank.add(self.name, head + tail, len(head), run=2)

    def _drop_refuted(self) -> None:
        selection = self._bank.selection
        run = selection.alignment.run
        if not self._pairs or run < 2:
            return
        copied = self._bank.transcript.read_tail(run)
        for old in [old for old in self._pairs if old in set(_LEXEME.findall(copied))]:
            del self._pairs[old]
            self._refuted.add(old)

    def _guess(self, view: View, change: _Change, width: int) -> Iterator[Draft]:
        language = self._bank.context.language
        rest = view.text.text[change.start + len(change.old) :]
        transcript, ending = self._bank.transcript, self._bank.context.ending
        seen: set[str] = set()
        for pairs, new in self._list_endings(change, rest):
            reach = rest[: width * 6]
            if len(reach) == len(rest):
                # What closes the answer is no code.
                reach = rest.removesuffix(self._bank.context.closing)
            text = new[len(change.new) :] + Substitution({**self._pairs, **pairs}).apply(reach, language)
            text += rest[len(reach) :]
            if text not in seen and len(seen) < _HYPOTHESES:
                seen.add(text)
                yield Draft(self.name, transcript.continue_with(text, width, ending), len(seen) == 1)

    def _list_endings(self, change: _Change, rest: str) -> Iterator[tuple[dict[str, str], str]]:
        """Yield what the new name may become, and the pairs to apply if it does."""
        old, new = change.old, change.new
        style = next((s for s in STYLES if restyle(old, s).startswith(new) and restyle(old, s) != old), None)
        if style:
            whole = restyle(old, style)
            others = {name for name in IDENTIFIER.findall(rest) if "_" in name.strip("_")} if "_" in old else set()
            yield {old: whole}, whole
            if others:
                yield {**{name: restyle(name, style) for name in others if not name.isupper()}, old: whole}, whole
        for before, after in list(self._pairs.items())[-1:]:
            # The same ending or beginning as last time.
            if after.startswith(before) and (old + after[len(before) :]).startswith(new):
                yield {old: old + after[len(before) :]}, old + after[len(before) :]
            if after.endswith(before) and (after[: -len(before)] + old).startswith(new):
                yield {old: after[: -len(before)] + old}, after[: -len(before)] + old
        yield {old: new}, new
        longer = [name for name in self._known if name.startswith(new) and name not in {new, old}]
        for name in longer[:2]:
            yield {old: name}, name


def find_change(view: View, tail: str) -> _Change | None:
    """Return how the output has left the view: ``tail`` is what it wrote since then.

    None if it still agrees, or if what it does is not the replacement of one name or phrase.
    """
    column, novel = view.alignment.place
    if not 0 < novel <= _LONGEST or column >= len(view.text.tokens):
        return None
    text = view.text.text
    start = view.text.starts[column]
    same = 0
    while same < len(tail) and text[start + same : start + same + 1] == tail[same]:
        same += 1
    start, tail = start + same, tail[same:]
    while start and _is_letter(text[start - 1]) and (_is_letter(tail[:1]) or _is_letter(text[start : start + 1])):
        start -= 1
        tail = text[start] + tail
    old = _LEXEME.match(text, start)
    new = _LEXEME.match(tail)
    if not old or not new or "\n" in tail.rstrip("\n") or old[0] == new[0]:
        return None
    if new.end() == len(tail):
        return _Change(start, old[0], new[0], "")
    # The shortest replacement behind which view and output agree.
    ends = [old.end()]
    for lexeme in _LEXEME.finditer(text, old.end(), text.find("\n", old.end()) % (len(text) + 1)):
        if len(ends) > _PHRASE:
            break
        ends.append(lexeme.end())
    for end in ends:
        for lexeme in _LEXEME.finditer(tail):
            rest = tail[lexeme.end() :]
            if rest.strip() and text.startswith(rest, end):
                return _Change(start, text[start:end], tail[: lexeme.end()], rest)
    return None


def _is_letter(character: str) -> bool:
    return character.isalnum() or character in {"_", "$"}
