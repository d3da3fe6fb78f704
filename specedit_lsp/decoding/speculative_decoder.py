"""The decoding loop: guess, check all guesses in one forward, keep what the target model agrees with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile

from specedit_lsp.decoding.acceptance import count_agreed, cut_at_stop
from specedit_lsp.decoding.draft_width import DraftWidth
from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.router import Router
from specedit_lsp.model.runner import ModelRunner


class Finish(StrEnum):
    """Why decoding ended."""

    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Step:
    """What one forward brought; only a cancelled step had none."""

    tokens: tuple[int, ...]
    """Verified tokens that continue those of all steps before. Never a stop token."""
    draft: Draft | None
    """What the forward checked."""
    accepted: int
    """Leading tokens of the draft that the target model agreed with, a stop token among them."""
    finish: Finish | None = None
    """Set on the last step, and on no other."""


class SpeculativeDecoder:
    """Greedy decoding of one sequence at a time, with any number of guesses per forward.

    Speculative decoding as in Leviathan et al. (2023), verified by equality. The drafts decide how many
    forwards there are and nothing else: the tokens are those of the same loop without drafts.
    """

    def __init__(self, runner: ModelRunner, width: int, least_width: int | None = None) -> None:
        """``width`` is the most draft tokens per forward after the prefill.

        With ``least_width`` it varies between the two as drafts fare; without, it stays the same.
        """
        self._runner = runner
        self._width = width
        self._least_width = width if least_width is None else least_width

    def decode(
        self,
        prompt: Sequence[int],
        router: Router,
        stop_ids: frozenset[int],
        max_new_tokens: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Step]:
        """Yield verified tokens, forward by forward, until one step says why it was the last.

        The first draft rides with the prefill and may be as long as the output; its rows cost what the
        prompt's cost. ``cancelled`` is asked before every forward. When the model's context is full, decoding
        ends as if ``max_new_tokens`` had been reached.

        Raises:
            ContextOverflow: the prompt alone is longer than the model's context.
            NumericalFault: the model's scores are not finite.
        """
        if not prompt or max_new_tokens < 1:
            raise ValueError("decoding needs a prompt and room for one token")
        runner = self._runner
        runner.begin()
        # The last token of the output needs no place in the cache.
        room = min(max_new_tokens, runner.max_context - len(prompt) + 1)
        fed = tuple(prompt)
        sized = DraftWidth(self._least_width, self._width)
        while not cancelled():
            width = room - 1 if runner.forwards == 0 else min(room - 1, sized.current)
            draft = self._draft(router, width)
            guesses = draft.tokens if draft else ()
            chosen = runner.forward((*fed, *guesses), keep=1 + len(guesses))
            accepted = count_agreed(guesses, chosen)
            tokens, stopped = cut_at_stop(chosen[: accepted + 1], stop_ids)
            accepted = min(accepted, len(tokens) + stopped)
            room -= len(tokens)
            if stopped or room == 0:
                yield Step(tokens, draft, accepted, Finish.STOP if stopped else Finish.LENGTH)
                return
            runner.rollback(len(guesses) - accepted)
            if guesses:
                sized.learn(len(guesses), accepted)
            router.hear(tokens)
            yield Step(tokens, draft, accepted)
            # The bonus token has been chosen but not read yet.
            fed = tokens[-1:]
        yield Step((), None, 0, Finish.CANCELLED)

    def _draft(self, router: Router, width: int) -> Draft | None:
        """The router's choice, cut to what may be fed: sources are free to be wrong."""
        draft = router.choose(width) if width > 0 else None
        if draft is None:
            return None
        known = takewhile(lambda token: 0 <= token < self._runner.vocabulary_size, draft.tokens[:width])
        tokens = tuple(known)
        return replace(draft, tokens=tokens) if tokens else None
