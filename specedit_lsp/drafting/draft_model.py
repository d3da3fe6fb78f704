"""Draft source "model": a small model that writes ahead, itself sped up by prompt lookup (Blazedit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from specedit_lsp.drafting.account import Account
from specedit_lsp.drafting.draft import Codec, Draft
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from specedit_lsp.drafting.view_bank import ViewBank

_STRONG = 3
"""Tokens in a row copied from a view, after which no model need be asked."""


class SmallModel(Protocol):
    """Runs a model over one growing sequence, as ``model.runner.ModelRunner`` does."""

    @property
    def vocabulary_size(self) -> int:
        """Ids below this may be fed."""
        ...

    @property
    def max_context(self) -> int:
        """Tokens that one sequence may have."""
        ...

    def begin(self) -> None:
        """Start an empty sequence."""
        ...

    def forward(self, token_ids: Sequence[int], guesses: Sequence[int] = ()) -> list[int]:
        """Append tokens and guesses; return the choice behind the last token and behind each guess."""
        ...

    def count_free(self, fed: int) -> int:
        """Return how many guesses a forward may have behind ``fed`` tokens."""
        ...

    def keep(self, guesses: int, agreed: Sequence[int]) -> None:
        """Of the last ``guesses`` tokens keep those at the indices ``agreed``."""
        ...


@dataclass(frozen=True, slots=True)
class DraftModel:
    """A small model, and how it is used."""

    runner: SmallModel
    codec: Codec | None
    """Its own tokens; None if they are the target model's."""
    micro_draft_tokens: int = 80
    """Most tokens that prompt lookup proposes to the draft model at a time."""
    max_num_run: int = 4
    """Most runs of the draft model for one draft."""
    max_ngram: int = 10
    """Longest match that prompt lookup looks for."""
    account: Account = field(default_factory=Account)
    """Whether it pays to ask it."""


class ModelDrafts:
    """Asks the draft model where no copy hypothesis is strong.

    A draft is made in micro runs: prompt lookup proposes tokens to the draft model, which checks them in one
    forward of its own; what it agrees with and its own next token join the draft. A draft model of another
    tokenizer reads the text in its own tokens, and what it writes is encoded again for the target model.
    """

    name = "model"

    def __init__(self, bank: ViewBank, draft_model: DraftModel) -> None:
        self._bank = bank
        self._model = draft_model
        self._read: list[int] = []
        """What the draft model has in its cache."""
        self._started = False

    def hear(self, verified: Sequence[int]) -> None:
        """The bank has heard already."""

    def propose(self, width: int) -> Sequence[Draft]:
        """Return what the draft model would write, or nothing where the output is being copied."""
        bank = self._bank
        if not bank.transcript.tokens or any(view.alignment.run >= _STRONG for view in bank.views):
            return ()
        written = self._write_ahead(width)
        if self._model.codec is None:
            tokens = tuple(written)
        else:
            text = b"".join(map(self._model.codec.spell, written)).decode("utf-8", "ignore")
            tokens = bank.transcript.continue_with(text, width) if text else ()
        return (Draft(self.name, tokens[:width], 0),) if tokens else ()

    def _write_ahead(self, wanted: int) -> list[int]:
        """Return what the draft model adds to the text so far; nothing once its context is full."""
        runner = self._model.runner
        known = self._list_known()
        if len(known) + wanted + self._model.micro_draft_tokens > runner.max_context:
            return []
        if max(known) >= runner.vocabulary_size:
            return []
        self._take_back(known)
        lookup = PromptLookup(known, self._model.max_ngram)
        ending = set(self._bank.context.ending)
        draft: list[int] = []
        for _ in range(self._model.max_num_run):
            unread = (known + draft)[len(self._read) :]
            width = min(self._model.micro_draft_tokens, runner.count_free(len(unread)))
            found = lookup.propose(width) if width > 0 else ()
            guesses = [token for token in found[0].tokens if token < runner.vocabulary_size] if found else []
            chosen = runner.forward(unread, guesses)
            agreed = 0
            while agreed < len(guesses) and guesses[agreed] == chosen[agreed]:
                agreed += 1
            runner.keep(len(guesses), range(agreed))
            self._read += [*unread, *guesses[:agreed]]
            run = chosen[: agreed + 1]
            draft += run
            lookup.hear(run)
            if len(draft) >= wanted or ending.intersection(run):
                break
        return draft

    def _list_known(self) -> list[int]:
        """The prompt and the output so far, in the draft model's tokens."""
        context, transcript = self._bank.context, self._bank.transcript
        if self._model.codec is None:
            return [*context.prompt, *transcript.tokens]
        prompt = b"".join(map(context.codec.spell, context.prompt)).decode("utf-8", "replace")
        return list(self._model.codec.encode(prompt + transcript.text))

    def _take_back(self, known: Sequence[int]) -> None:
        """Make the draft model forget what it read beyond the beginning that is still true."""
        if not self._started:
            self._model.runner.begin()
            self._started = True
        same = 0
        while same < min(len(self._read), len(known) - 1) and self._read[same] == known[same]:
            same += 1
        self._model.runner.keep(len(self._read) - same, [])
        del self._read[same:]
