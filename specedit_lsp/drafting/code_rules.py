"""Draft source "rules": what the language nearly forces, from indentation to closing brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.indentation import find_unit, indent_at
from specedit_lsp.drafting.language_rules import LanguageRules, find_rules
from specedit_lsp.drafting.open_brackets import OpenBrackets
from specedit_lsp.drafting.seam import Seam
from specedit_lsp.drafting.view_bank import ViewBank

_BRANCHES = 3
_WIDTH = 8
"""Tokens of a draft."""
_FORCED, _LIKELY, _POSSIBLE = 4, 2, 1
"""Evidence: verified tokens that would make a copy about as likely."""

Guess = tuple[str, int]
"""What comes behind the last character that is not blank, and its evidence."""


class CodeRules:
    """Closes brackets, opens and ends lines, and goes on behind keywords, as the rules of a language have it.

    After the rule-based drafts of RSD, with the model's own tokens: no rule speaks where its text could not
    be written behind the tokens that are there.
    """

    name = "rules"

    def __init__(self, bank: ViewBank) -> None:
        self._bank = bank
        self._transcript = bank.transcript
        self._rules = find_rules(bank.context.language)
        self._unit = find_unit(bank.context.text)
        self._seam = Seam(bank.context.codec, bank.transcript)
        self._brackets = OpenBrackets(self._rules.comment if self._rules else "#")

    def hear(self, verified: Sequence[int]) -> None:
        """The transcript has heard already."""

    def propose(self, width: int) -> Sequence[Draft]:
        """Return at most three short drafts, the likeliest first."""
        if self._rules is None or self._bank.is_copying:
            return ()
        text = self._transcript.text
        written = text.rstrip()
        begun = text[len(written) :]
        if not written or begun.count("\n") > 2:
            return ()
        drafts: dict[tuple[int, ...], Draft] = {}
        for guess, evidence in self._guess(written, begun, self._rules):
            if len(guess) > len(begun) and guess.startswith(begun):
                tokens = self._seam.encode(guess[len(begun) :])[: min(width, _WIDTH)]
                if tokens:
                    drafts.setdefault(tokens, Draft(self.name, tokens, evidence))
            if len(drafts) == _BRANCHES:
                break
        return tuple(drafts.values())

    def _guess(self, written: str, begun: str, rules: LanguageRules) -> Iterator[Guess]:
        closers, quote = self._brackets.find(written)
        line = written[written.rfind("\n") + 1 :]
        if "\n" not in begun:
            if quote:
                yield from self._end_string(quote, closers, rules)
                return
            yield from ((going, _LIKELY) for going in rules.go_on(line))
        if closers and closers[-1] != "}":
            yield from self._close(line, closers, rules)
        else:
            yield from self._end_line(line, begun, rules)

    def _end_string(self, quote: str, closers: tuple[str, ...], rules: LanguageRules) -> Iterator[Guess]:
        if quote in {'"', "'", "`"}:
            after = closers[-1] if closers and closers[-1] != "}" else ""
            yield quote + after + (rules.terminator if len(closers) == 1 else ""), 0

    def _close(self, line: str, closers: tuple[str, ...], rules: LanguageRules) -> Iterator[Guess]:
        """Yield what closes the innermost brackets, with what ends the line then."""
        inner = "".join(reversed(closers[len(closers) - _count_round(closers) :]))
        indent = indent_at(line, 0)
        if line[-1] == "(":
            yield inner[0], _POSSIBLE
            return
        if line[-1] == ",":
            yield "\n" + indent, _POSSIBLE
            return
        if rules.opens_block(line):
            yield f"{inner}{rules.opener}\n{indent}{self._unit}", _POSSIBLE
        yield f"{inner}{rules.terminator}\n{indent}", _POSSIBLE
        if len(inner) > 1:
            yield inner[0], _POSSIBLE

    def _end_line(self, line: str, begun: str, rules: LanguageRules) -> Iterator[Guess]:
        """Yield how the next line is indented: as deep, deeper behind an opener, less deep behind an exit."""
        indent = indent_at(line, 0)
        ends = "\n" * max(1, begun.count("\n"))
        less = indent.removesuffix(self._unit)
        if rules.has_opened(line):
            yield ends + indent + self._unit, _FORCED
        elif rules.leaves_block(line):
            yield ends + less + rules.closer, _LIKELY
            yield ends + indent, _POSSIBLE
        elif "\n" in begun or rules.is_complete(line):
            yield ends + indent, _LIKELY
            if indent:
                yield ends + less + rules.closer, _POSSIBLE


def _count_round(closers: tuple[str, ...]) -> int:
    """How many of the innermost brackets are no braces."""
    braces = [place for place, closer in enumerate(closers) if closer == "}"]
    return len(closers) - (braces[-1] + 1 if braces else 0)
