"""Draft source "induced": replacements that the output has shown, carried on to what remains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.line_templates import LineLessons
from specedit_lsp.drafting.names import IDENTIFIER, LEXEME, STYLES, restyle
from specedit_lsp.drafting.substitution import Substitution
from specedit_lsp.drafting.transcript import Transcript
from specedit_lsp.drafting.view import View
from specedit_lsp.drafting.view_bank import ViewBank

_BEHIND = re.compile(rf"[^\S\n]*(?:\n|{LEXEME.pattern})")
_LONGEST = 24
"""Tokens of an edit after which it is no replacement of a name."""
_NAME_TOKENS = 8
"""Most tokens that a name is taken to have."""
_PHRASE = 3
"""Further lexemes that one replacement may take the place of."""
_HYPOTHESES = 4


class _Change(NamedTuple):
    """Something of a view that the output has in another form."""

    start: int
    """Where it begins in the view's text, in characters."""
    old: str
    new: str
    """All of the new form, or what there is of it."""
    written: int
    """Where the new form begins in the output, in characters."""
    is_settled: bool
    """Whether view and output agree behind it; else it may still be going on."""


class InducedViews:
    """Learns old -> new where the output replaces one name or phrase, and applies it to the rest at once.

    While the new form is still being written, what it may become is guessed: itself, another style of the
    old name, or a longer name that the instruction or the text knows. A pair is dropped when the output
    copies its old form. A line that was replaced as a whole makes a template for lines like it.
    """

    name = "induced"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        self._pairs: dict[str, str] = {}
        self._refuted: set[str] = set()
        self._open: tuple[View, _Change] | None = None
        """A new form that is still being written."""
        self._begun: tuple[View, _Change] | None = None
        """The last new form that was begun, until it is known what it stands for, or the line ends."""
        self._lessons = LineLessons(bank.context.text)
        self._read = 0
        """Characters of the output in lines that have been compared."""
        self._known = sorted(set(IDENTIFIER.findall(bank.context.instruction + "\n" + bank.context.text)))

    def hear(self, verified: Sequence[int]) -> None:
        """Look at what the output did since the last call."""
        self._drop_refuted(len(verified))
        self._compare_lines()
        self._settle_begun()
        self._open = None
        view = self._bank.leader
        change = find_change(view, self._bank.transcript)
        if change and not change.is_settled and change.old not in self._refuted:
            self._open = self._begun = view, change
        else:
            self._learn(view, change)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the induced views, and what may follow a new form that is being written."""
        drafts = [draft for view in self._bank.list_views(self.name)[:3] for draft in view.propose(width, 1)]
        if self._open:
            drafts += self._guess(*self._open, width)
        return drafts

    def _settle_begun(self) -> None:
        """Learn from a form that was begun once it has ended.

        A guess how it ends may have been right, or the output be back in the text, so that nothing is novel.
        """
        if self._begun:
            view, begun = self._begun
            output = self._bank.transcript.text
            change = settle(view.text.text, begun.start, output, begun.written)
            self._learn(view, change)
            if (change and change.is_settled) or "\n" in output[begun.written :]:
                self._begun = None

    def _learn(self, view: View, change: _Change | None) -> None:
        """Keep what was replaced, and follow the text in which it is replaced throughout."""
        if change is None or not change.is_settled or change.old in self._refuted:
            return
        if self._pairs.get(change.old) == change.new:
            return
        self._pairs[change.old] = change.new
        bank = self._bank
        text = view.text.text.removesuffix(bank.context.closing)
        at = change.start + len(change.old)
        substitute = Substitution(self._pairs).compile(bank.context.language)
        head, tail = substitute(text[:at]), substitute(text[at:])
        if tail != text[at:] and (added := bank.add(self.name, head + tail, len(head), run=2)):
            added.hear(bank.transcript.list_tokens_from(change.written + len(change.new)))

    def _compare_lines(self) -> None:
        written = self._bank.transcript.text
        done = written.rfind("\n") + 1
        if done <= self._read:
            return
        lines = written[self._read : done].split("\n")[:-1]
        self._read = done
        taught = [self._lessons.hear(line) for line in lines]
        if any(taught) and (rewritten := self._lessons.rewrite_rest()):
            head, rest = rewritten
            rest = Substitution(self._pairs).apply(rest, self._bank.context.language)
            begun = written[done:]
            at = len(head) + (len(begun) if rest.startswith(begun) else 0)
            self._bank.add(self.name, head + rest, at, run=2)

    def _drop_refuted(self, heard: int) -> None:
        run = self._bank.selection.alignment.run
        if not self._pairs or run < 2:
            return
        # What was copied before these tokens has been looked at, but for a name that was not complete.
        copied = set(LEXEME.findall(self._bank.transcript.read_tail(min(run, heard + _NAME_TOKENS))))
        for old in [old for old in self._pairs if old in copied]:
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
            others = (
                {name for name in IDENTIFIER.findall(rest) if "_" in name.strip("_")} if "_" in old else set()
            )
            yield {old: whole}, whole
            if others:
                yield (
                    {**{name: restyle(name, style) for name in others if not name.isupper()}, old: whole},
                    whole,
                )
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


def find_change(view: View, transcript: Transcript) -> _Change | None:
    """Return how the output has left the view.

    None if it still agrees, or if what it does is not the replacement of one name or phrase.
    """
    column, novel = view.alignment.place
    if not 0 < novel <= _LONGEST or column >= len(view.text.tokens):
        return None
    text, output = view.text.text, transcript.text
    start = view.text.starts[column]
    written = len(output) - len(transcript.read_tail(novel))
    while written < len(output) and text[start : start + 1] == output[written]:
        start, written = start + 1, written + 1
    while (
        start
        and _is_letter(text[start - 1])
        and _is_letter(output[written : written + 1] + text[start : start + 1])
    ):
        start, written = start - 1, written - 1
    return None if "\n" in output[written:].rstrip("\n") else settle(text, start, output, written)


def settle(text: str, start: int, output: str, written: int) -> _Change | None:
    """Return what ``output`` has from ``written`` on for what ``text`` has from ``start`` on.

    That is the shortest replacement behind which both agree, or a new form that goes on to the end.
    """
    old = LEXEME.match(text, start)
    new = LEXEME.match(output, written)
    if not old or not new or old[0] == new[0]:
        return None
    if new.end() == len(output):
        return _Change(start, old[0], new[0], written, False)
    ends = [old.end()]
    for lexeme in LEXEME.finditer(text, old.end(), _find_line_end(text, old.end())):
        if len(ends) > _PHRASE:
            break
        ends.append(lexeme.end())
    for end in ends:
        for lexeme in LEXEME.finditer(output, written, _find_line_end(output, written)):
            behind = _BEHIND.match(output, lexeme.end())
            if behind and text.startswith(behind[0], end):
                return _Change(start, text[start:end], output[written : lexeme.end()], written, True)
    return None


def _find_line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _is_letter(characters: str) -> bool:
    """Whether one of one or two characters belongs to a name."""
    return any(character.isalnum() or character in "_$" for character in characters)
