"""Draft source "common": how code usually goes on, here and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from specedit_lsp.drafting.common_table import LONGEST, CommonTable, load_table, mask
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.indentation import find_unit
from specedit_lsp.drafting.lexemes import is_word, split_lexemes, write_lexemes
from specedit_lsp.drafting.local_table import LocalTable
from specedit_lsp.drafting.seam import Seam
from specedit_lsp.drafting.view_bank import ViewBank

_BRANCHES = 3
_LEAST_SHARE = 0.08
"""Of a first lexeme worth a branch."""
_LEAST_FURTHER = 0.3
"""Of each further one."""
_MOST_LEXEMES = 6
_EXTENDED = 2
"""Guesses that are worth going on with."""
_SETTLED = 0.1
"""Probability left at which no shorter context is asked."""
_ESCAPE = 1
"""How often each lexeme seen behind a context here counts as a lexeme not seen yet."""
_COMMON_WEIGHT = 0.8
"""How far the mined table is believed where it knows a context, before shorter contexts are asked."""
_LINES = 3
"""Lines looked back for the context."""
_PROMPT = 1500
"""Tokens at the end of the prompt that are learnt from: the code around the selection."""
_EVIDENCE = ((0.6, 8), (0.4, 4), (0.25, 2), (0.12, 1))
"""Evidence for a probability: verified tokens that would make a copy about as likely."""


class _Guess(NamedTuple):
    """What may come next, before it is worked out how it goes on."""

    share: float
    """Its probability."""
    before: list[str]
    """The lexemes it stands behind."""
    first: str
    there: str
    """What of it has been written already."""
    most: int
    """Lexemes it may consist of."""


class CommonCode:
    """Guesses the next lexemes from the last ones, by what was counted in this edit and in other projects.

    Longer contexts count before shorter ones, and within one length the text at hand before the mined table:
    each takes its share of the probability that those before it left over, as in prediction by partial
    matching (Cleary and Witten, 1984; escape method C of Moffat, 1990).
    """

    name = "common"

    def __init__(self, bank: ViewBank) -> None:
        context = bank.context
        self._bank = bank
        self._transcript = bank.transcript
        self._seam = Seam(context.codec, bank.transcript)
        self._unit = find_unit(context.text)
        self._common = load_table(context.language) or CommonTable(frozenset(), {})
        self._local = LocalTable()
        self._local.learn(split_lexemes(_spell_prompt(bank), self._unit))
        self._ranked: dict[str, list[tuple[str, float]]] = {}
        """What may come next, by the lexemes before it, until something is learnt."""
        self._masked: dict[str, str] = {}
        """What stands for a lexeme in the mined table."""
        self._learnt = 0
        """Characters of the output, whole lines, that were learnt."""

    def hear(self, verified: Sequence[int]) -> None:
        """Learn the lines that are complete."""
        text = self._transcript.text
        end = text.rfind("\n")
        if end <= self._learnt:
            return
        start = text.rfind("\n", 0, max(0, self._learnt - 1)) + 1
        known = len(split_lexemes(text[start : self._learnt], self._unit))
        self._local.learn(split_lexemes(text[start:end], self._unit), known)
        self._ranked.clear()
        self._learnt = end

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the likeliest continuations; the evidence stands for their probability."""
        text = self._transcript.text
        written = text.rstrip()
        if not written or self._bank.is_copying:
            return ()
        start = len(written)
        for _ in range(_LINES):
            start = text.rfind("\n", 0, max(0, start))
        lexemes = split_lexemes(written[start + 1 :], self._unit)
        begun = text[len(written) :]
        line = written[written.rfind("\n") + 1 :]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        guesses = [*self._guess(lexemes, begun)]
        if not begun and is_word(lexemes[-1]):
            guesses += self._complete(lexemes)
        guesses.sort(key=attrgetter("share"), reverse=True)
        drafts: list[Draft] = []
        for guess in guesses[: 2 * _BRANCHES]:
            piece = write_lexemes(self._extend(guess), indent, self._unit)
            if len(piece) > len(guess.there) and piece.startswith(guess.there):
                tokens = self._seam.encode(piece[len(guess.there) :])[:width]
                if tokens:
                    drafts.append(Draft(self.name, tokens, _weigh(guess.share)))
            if len(drafts) == _BRANCHES:
                break
        return drafts

    def _guess(self, lexemes: list[str], begun: str) -> Iterator[_Guess]:
        """Yield the likeliest next lexemes."""
        for place, (first, share) in enumerate(self._rank(lexemes)[:_BRANCHES]):
            if share >= _LEAST_SHARE:
                yield _Guess(share, lexemes, first, begun, _MOST_LEXEMES if place < _EXTENDED else 1)

    def _complete(self, lexemes: list[str]) -> Iterator[_Guess]:
        """Yield words that may be meant by the last one, taken for a beginning."""
        *before, begun = lexemes
        longer = [item for item in self._rank(before) if item[0].startswith(begun) and item[0] != begun]
        for word, share in longer[:_BRANCHES]:
            if share >= _LEAST_SHARE:
                yield _Guess(share, before, word, begun, _MOST_LEXEMES)

    def _extend(self, guess: _Guess) -> list[str]:
        """Return the lexemes of a guess: its first and what is likely then."""
        lexemes = [guess.first]
        while len(lexemes) < guess.most:
            ranked = self._rank([*guess.before, *lexemes][-LONGEST:])
            if not ranked or ranked[0][1] < _LEAST_FURTHER:
                break
            lexemes.append(ranked[0][0])
        return lexemes

    def _rank(self, lexemes: list[str]) -> list[tuple[str, float]]:
        """Return the lexemes that may come next with their probabilities, likeliest first."""
        last = lexemes[-LONGEST:]
        context = "".join(last)
        if context not in self._ranked:
            self._ranked[context] = self._count(last)
        return self._ranked[context]

    def _count(self, last: list[str]) -> list[tuple[str, float]]:
        masked = [self._mask(lexeme) for lexeme in last]
        here, elsewhere = "".join(last), "".join(masked)
        shares: dict[str, float] = {}
        left = 1.0
        for lexeme, masked_lexeme in zip(last, masked, strict=True):
            if left < _SETTLED:
                break  # shorter contexts, of which most is known, would change little
            counts = self._local.find(here)
            if counts:
                total = sum(counts.values())
                part = left / (total + _ESCAPE * len(counts))
                for follower, count in counts.items():
                    shares[follower] = shares.get(follower, 0.0) + part * count
                left -= part * total
            part = left * _COMMON_WEIGHT
            for follower, share in self._common.find(elsewhere):
                shares[follower] = shares.get(follower, 0.0) + part * share
                left -= part * share
            here, elsewhere = here[len(lexeme) :], elsewhere[len(masked_lexeme) :]
        return sorted(shares.items(), key=itemgetter(1), reverse=True)

    def _mask(self, lexeme: str) -> str:
        """Return what stands for a lexeme in the mined table."""
        masked = self._masked.get(lexeme)
        if masked is None:
            masked = self._masked[lexeme] = mask(lexeme, self._common.words)
        return masked


def _spell_prompt(bank: ViewBank) -> str:
    """The end of the prompt as text, and the selection, which the end may not hold whole."""
    spell = bank.context.codec.spell
    prompt = b"".join(map(spell, bank.context.prompt[-_PROMPT:])).decode("utf-8", "replace")
    return prompt if bank.context.text in prompt else f"{bank.context.text}\n{prompt}"


def _weigh(share: float) -> int:
    return next((evidence for least, evidence in _EVIDENCE if share >= least), 0)
