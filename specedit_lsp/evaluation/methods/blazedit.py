"""Baseline "blazedit": a draft model whose own decoding is sped up by prompt lookup, as Blazedit layers them.

A draft is made in micro runs. In each, prompt lookup over the text and the draft so far proposes tokens, the
draft model checks them greedily in one forward of its own, and what it agrees with and its own next token
join the draft. The target model then checks the whole draft in one forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.evaluation.lookup_index import LookupIndex
from specedit_lsp.evaluation.methods.tuned_pld import look_up
from specedit_lsp.evaluation.replay import Method
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.model.faults import ContextOverflow

MICRO_DRAFT_TOKENS = 80
MOST_RUNS = 4
WIDTH = MOST_RUNS * (MICRO_DRAFT_TOKENS + 1)


class DraftModel(Protocol):
    """Runs a model over one growing sequence, as :class:`specedit_lsp.model.runner.ModelRunner` does."""

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


class Blazedit:
    """Drafts with a model, for one edit."""

    def __init__(self, task: ReplayTask, model: DraftModel) -> None:
        self.draft_forwards = 0
        self._ending = frozenset(task.ending)
        self._model = model
        self._index = LookupIndex(task.prompt)
        self._draft: list[int] = []
        """What the target model is checking."""
        self._read = 0
        """Tokens of text and draft that the draft model has read."""
        model.begin()

    def hear(self, verified: Sequence[int]) -> None:
        """Append what was verified; the draft model forgets what it read beyond it."""
        known = len(self._index.tokens) + count_agreed(self._draft, verified)
        self._forget(max(self._read - known, 0))
        self._draft = []
        self._index.extend(verified)

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return one branch of at most ``MOST_RUNS`` runs, ended by a token that ends the answer.

        What does not fit into the draft model's context goes without.
        """
        length = len(self._index.tokens)
        for _ in range(MOST_RUNS):
            try:
                run = self._run()
            except ContextOverflow:
                break
            self._index.extend(run)
            if self._ending.intersection(run):
                break
        self._draft = self._index.tokens[length:]
        self._index.truncate(length)
        return (tuple(self._draft),) if self._draft else ()

    def _run(self) -> list[int]:
        """One micro run: what the draft model agrees with of a lookup, and its own next token."""
        unread = self._index.tokens[self._read :]
        guesses = look_up(self._index, max(min(MICRO_DRAFT_TOKENS, self._model.count_free(len(unread))), 0))
        chosen = self._model.forward(unread, guesses)
        self.draft_forwards += 1
        self._read += len(unread) + len(guesses)
        agreed = count_agreed(guesses, chosen)
        self._forget(len(guesses) - agreed)
        return chosen[: agreed + 1]

    def _forget(self, count: int) -> None:
        self._model.keep(count, [])
        self._read -= count


def make_blazedit(model: DraftModel) -> Method:
    """Return the method that drafts with ``model``, which has the vocabulary of the replay's tokenizer."""
    return Method("blazedit", lambda task: Blazedit(task, model), WIDTH, WIDTH)
