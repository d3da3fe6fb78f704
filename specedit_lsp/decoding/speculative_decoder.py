"""The decoding loop: guess, check all guesses in one forward, keep what the target model agrees with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from specedit_lsp.decoding.cost_model import CostModel
from specedit_lsp.decoding.draft_tree import DraftTree
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
    drafts: tuple[Draft, ...]
    """What the forward checked, most promising first."""
    accepted: int
    """Leading tokens of one draft that the target model agreed with, a stop token among them."""
    winner: Draft | None = None
    """The first draft that these tokens begin; None if none was accepted."""
    finish: Finish | None = None
    """Set on the last step, and on no other."""

    @property
    def is_reading(self) -> bool:
        """Whether this was a part of the prompt, long enough to take a forward of its own."""
        return not self.tokens and self.finish is None


class SpeculativeDecoder:
    """Greedy decoding of one sequence at a time, with any number of guesses per forward.

    Speculative decoding as in Leviathan et al. (2023), verified by equality, over a tree of drafts. They
    decide how many forwards there are and nothing else: the tokens are those of the same loop without drafts.
    """

    def __init__(self, runner: ModelRunner, width: int, costs: CostModel | None = None) -> None:
        """``width`` is the most draft tokens per forward. ``costs`` learns from forwards that it hears of."""
        self._runner = runner
        self._width = width
        self._costs = costs

    def decode(
        self,
        prompt: Sequence[int],
        router: Router,
        stop_ids: frozenset[int],
        max_new_tokens: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Step]:
        """Yield verified tokens, forward by forward, until one step says why it was the last.

        Of the prompt only what the runner does not hold already is read. The first drafts ride with the end
        of it, and the best of them may be as long as the output: its rows cost what the prompt's cost. In a
        canonical shape there is one draft for a forward, which fills its rows. ``cancelled`` is asked before
        every forward. When the model's context is
        full, decoding ends as if ``max_new_tokens`` had been reached.

        Raises:
            ContextOverflow: the prompt alone is longer than the model's context.
            NumericalFault: the model's scores are not finite.
        """
        if not prompt or max_new_tokens < 1:
            raise ValueError("decoding needs a prompt and room for one token")
        runner = self._runner
        runner.begin(prompt, len(prompt) + max_new_tokens)
        # The last token of the output needs no place in the cache.
        room = min(max_new_tokens, runner.max_context - len(prompt) + 1)
        fed = tuple(prompt[runner.length :])
        while not cancelled():
            if len(fed) > runner.shape.rows:
                # A long prompt holds up others, and a wish to cancel, no longer than any forward does.
                runner.read(fed[: runner.shape.rows])
                fed = fed[runner.shape.rows :]
                yield Step((), (), 0)
                continue
            prefill = runner.forwards == 0
            drafts, tree = self._draft(router, room - 1, prefill, runner.count_free(len(fed)))
            began = time.perf_counter()
            chosen = runner.forward(fed, tree.tokens, None if tree.is_chain else tree.parents)
            if self._costs and not prefill:
                self._costs.learn(len(fed) + len(tree.tokens), time.perf_counter() - began)
            agreed = tree.find_agreed(chosen, stop_ids)
            accepted = tuple(tree.tokens[index] for index in agreed)
            stopped = bool(accepted) and accepted[-1] in stop_ids
            # What the model writes behind the branch it agrees with comes for nothing.
            bonus = chosen[1 + agreed[-1] if agreed else 0]
            tokens = accepted[:-1] if stopped else (*accepted, bonus)
            if not stopped and bonus in stop_ids:
                tokens, stopped = accepted, True
            room -= len(tokens)
            winner = next((draft for draft in drafts if draft.tokens[: len(accepted)] == accepted), None)
            runner.keep(len(tree.tokens), agreed)
            if stopped or room == 0:
                finish = Finish.STOP if stopped else Finish.LENGTH
                yield Step(tokens, drafts, len(accepted), winner if accepted else None, finish)
                return
            router.hear(tokens)
            yield Step(tokens, drafts, len(accepted), winner if accepted else None)
            # The bonus token has been chosen but not read yet.
            fed = tokens[-1:]
        yield Step((), (), 0, finish=Finish.CANCELLED)

    def _draft(
        self, router: Router, longest: int, prefill: bool, space: int
    ) -> tuple[tuple[Draft, ...], DraftTree]:
        """The router's choice, cut to what may be fed: sources are free to be wrong."""
        canonical = self._runner.shape.canonical
        width = space if canonical else longest if prefill else self._width
        width = min(width, longest)
        drafts = router.choose(width) if width > 0 else ()
        if canonical:
            # A branch beside the first would stand in other slots of the cache than its tokens' own, and
            # attention would add the same numbers up in another order.
            drafts = drafts[:1]
        known = self._runner.vocabulary_size
        branches = [
            tuple(takewhile(lambda token: 0 <= token < known, draft.tokens[:width])) for draft in drafts
        ]
        rows = max(width, self._width) if prefill else self._width
        return drafts, DraftTree.plant(branches, max(0, min(rows, space)))
