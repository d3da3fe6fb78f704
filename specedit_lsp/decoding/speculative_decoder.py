"""The decoding loop: guess, check all guesses in one forward, keep what the target model agrees with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    own: int | None = None
    """What the model wrote by itself behind them, a stop token perhaps; None if they end with one."""
    margin: float | None = None
    """By how much the logit of ``own`` exceeds the next best; None if nobody asked."""
    rows: int = 0
    """Tokens the model was run on, without padding."""
    seconds: float = 0.0
    """What the forward took."""
    drafting_seconds: float = 0.0
    """What choosing the drafts took, before it."""

    @property
    def is_reading(self) -> bool:
        """Whether this was a part of the prompt, long enough to take a forward of its own."""
        return not self.tokens and self.finish is None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one forward said of the drafts."""

    accepted: tuple[int, ...]
    """The tokens that the model agrees with."""
    own: int
    """What it writes behind them."""
    margin: float | None
    rows: int


class SpeculativeDecoder:
    """Greedy decoding of one sequence at a time, with any number of guesses per forward.

    Speculative decoding as in Leviathan et al. (2023), verified by equality, over a tree of drafts. They
    decide how many forwards there are and nothing else: the tokens are those of the same loop without drafts.
    """

    def __init__(
        self, runner: ModelRunner, width: int, costs: CostModel | None = None, margins: bool = False
    ) -> None:
        """``width`` is the most draft tokens per forward. ``costs`` learns from forwards that it hears of.

        ``margins`` has every step say how sure the model was of its own token, which takes a little time.
        """
        self._runner = runner
        self._width = width
        self._costs = costs
        self._margins = margins

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
        canonical shape drafts have what rows there are. ``cancelled`` is asked before every forward. When the
        model's context is full, decoding ends as if ``max_new_tokens`` had been reached.

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
                began = time.perf_counter()
                runner.read(fed[: runner.shape.rows])
                fed = fed[runner.shape.rows :]
                yield Step((), (), 0, rows=runner.shape.rows, seconds=time.perf_counter() - began)
                continue
            began = time.perf_counter()
            rows = self._count_rows(room - 1, len(fed))
            drafts = self._draft(router, min(room - 1, rows), len(fed))
            drafted = time.perf_counter()
            verdict = self._verify(fed, drafts, rows, stop_ids)
            verified = time.perf_counter()
            accepted, bonus = verdict.accepted, verdict.own
            stopped = bool(accepted) and accepted[-1] in stop_ids
            tokens = accepted[:-1] if stopped else (*accepted, bonus)
            if not stopped and bonus in stop_ids:
                tokens, stopped = accepted, True
            room -= len(tokens)
            winner = next((draft for draft in drafts if draft.tokens[: len(accepted)] == accepted), None)
            own = None if accepted and accepted[-1] in stop_ids else bonus
            step = Step(
                tokens,
                drafts,
                len(accepted),
                winner if accepted else None,
                own=own,
                margin=None if own is None else verdict.margin,
                rows=verdict.rows,
                seconds=verified - drafted,
                drafting_seconds=drafted - began,
            )
            if stopped or room == 0:
                yield replace(step, finish=Finish.STOP if stopped else Finish.LENGTH)
                return
            router.hear(tokens)
            yield step
            # The bonus token has been chosen but not read yet.
            fed = tokens[-1:]
        yield Step((), (), 0, finish=Finish.CANCELLED)

    def _count_rows(self, longest: int, fed: int) -> int:
        """Most rows for drafts of at most ``longest`` tokens behind ``fed`` tokens."""
        space = self._runner.count_free(fed)
        if self._runner.shape.canonical:
            return space
        return min(space, max(longest, self._width) if self._runner.forwards == 0 else self._width)

    def _draft(self, router: Router, width: int, fed: int) -> tuple[Draft, ...]:
        """The router's choice, cut to what may be fed: sources are free to be wrong."""
        shape = self._runner.shape
        if width < 1:
            drafts: tuple[Draft, ...] = ()
        elif not shape.canonical:
            drafts = router.choose(width)
        elif fed == 1 and shape.invariant:
            drafts = router.choose_even(min(shape.rows, 1 + width), shape.branches)
        elif fed == 1:
            drafts = router.choose_dealt(shape.rows, shape.branches)
        else:
            # What a prompt leaves free of its last forward is for one draft.
            drafts = router.choose(width)[:1]
        known = self._runner.vocabulary_size
        legal = (takewhile(lambda token: 0 <= token < known, draft.tokens[:width]) for draft in drafts)
        return tuple(
            replace(draft, tokens=tuple(tokens)) for draft, tokens in zip(drafts, legal, strict=True)
        )

    def _verify(
        self, fed: Sequence[int], drafts: Sequence[Draft], rows: int, stop_ids: frozenset[int]
    ) -> _Verdict:
        """Run one forward and keep what it verifies."""
        runner = self._runner
        branches = [draft.tokens for draft in drafts]
        if runner.shape.canonical and len(branches) > 1:
            return self._verify_dealt(fed[0], branches, stop_ids)
        prefill = runner.forwards == 0
        tree = DraftTree.plant(branches, max(rows, 0))
        began = time.perf_counter()
        chosen = runner.forward(fed, tree.tokens, None if tree.is_chain else tree.parents)
        if self._costs and not prefill:
            self._costs.learn(len(fed) + len(tree.tokens), time.perf_counter() - began)
        agreed = tree.find_agreed(chosen, stop_ids)
        # What the model writes behind the branch it agrees with comes for nothing.
        last = 1 + agreed[-1] if agreed else 0
        margin = runner.measure_margin(last) if self._margins else None
        runner.keep(len(tree.tokens), agreed)
        accepted = tuple(tree.tokens[index] for index in agreed)
        return _Verdict(accepted, chosen[last], margin, len(fed) + len(tree.tokens))

    def _verify_dealt(
        self, root: int, branches: Sequence[tuple[int, ...]], stop_ids: frozenset[int]
    ) -> _Verdict:
        """The same in a canonical shape, where a branch must stand in the slots that it would have alone.

        In any others attention would add the same numbers up in another order.
        """
        chosen = self._runner.forward_branches(root, branches)
        agreed = [
            len(DraftTree.plant([branch], len(branch)).find_agreed(choices, stop_ids))
            for branch, choices in zip(branches, chosen, strict=True)
        ]
        winner = max(range(len(branches)), key=agreed.__getitem__)
        accepted = branches[winner][: agreed[winner]]
        margin = self._runner.measure_margin(len(accepted), winner) if self._margins else None
        self._runner.keep_branch(winner, accepted)
        # Every branch stands behind a copy of the root.
        rows = sum(1 + len(branch) for branch in branches)
        return _Verdict(accepted, chosen[winner][len(accepted)], margin, rows)
