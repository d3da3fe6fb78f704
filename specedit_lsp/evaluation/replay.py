"""Playing a known answer back: how many forwards a method would have needed to arrive at it.

The target model's part is played by the answer (teacher forcing). A method is built before the loop starts,
from a task that does not hold the answer, and hears tokens only once a forward has verified them: whatever it
proposes depends on nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from specedit_lsp.decoding.acceptance import count_agreed

if TYPE_CHECKING:
    from specedit_lsp.evaluation.task import ReplayTask


class Drafter(Protocol):
    """Proposes drafts for one edit."""

    @property
    def draft_forwards(self) -> int:
        """Forwards of a draft model so far; 0 where there is none."""
        ...

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return the branches of one tree that the next forward checks, each of ``width`` tokens at most."""
        ...

    def hear(self, verified: Sequence[int]) -> None:
        """Take in what a forward verified."""
        ...


@dataclass(frozen=True, slots=True)
class Method:
    """A way to draft."""

    name: str
    start: Callable[[ReplayTask], Drafter]
    """Builds the drafter of one edit."""
    width: int
    """Most tokens in a branch."""
    prefill_width: int
    """The same for the draft that rides with the prefill."""


@dataclass(frozen=True, slots=True)
class Forward:
    """One forward of the target model."""

    width: int
    """Draft tokens checked, those that branches share counted once."""
    longest: int
    """Tokens of the longest branch."""
    accepted: int
    """Draft tokens the answer agreed with."""
    seconds: float
    """Processor time that choosing the drafts and hearing the outcome took: other processes do not count."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What one edit took one method."""

    forwards: tuple[Forward, ...]
    """All forwards of the target model, prefill first."""
    setup_seconds: float
    """Processor time that building the drafter took, before the prefill."""
    draft_forwards: int


def replay(method: Method, task: ReplayTask, answer: Sequence[int]) -> Replay:
    """Return what it takes the method to arrive at ``answer``, whose last token ends it.

    A forward emits what it accepts of the longest agreeing branch and one token more. The prefill counts as
    a forward and its draft rides with it; the forward that emits the last token is the last.
    """
    began = time.thread_time()
    drafter = method.start(task)
    setup_seconds = time.thread_time() - began
    forwards: list[Forward] = []
    done = 0
    while done < len(answer):
        width = method.width if forwards else method.prefill_width
        began = time.thread_time()
        branches = [branch[:width] for branch in drafter.choose(width)]
        seconds = time.thread_time() - began
        rest = answer[done:]
        accepted = max((count_agreed(branch, rest) for branch in branches), default=0)
        verified = tuple(rest[: accepted + 1])
        done += len(verified)
        if done < len(answer):
            began = time.thread_time()
            drafter.hear(verified)
            seconds += time.thread_time() - began
        longest = max(map(len, branches), default=0)
        forwards.append(Forward(count_nodes(branches), longest, accepted, seconds))
    return Replay(tuple(forwards), setup_seconds, drafter.draft_forwards)


def count_nodes(branches: Iterable[tuple[int, ...]]) -> int:
    """Return how many tokens the tree of these branches has: a shared beginning counts once."""
    ordered = sorted(branches)
    shared = sum(count_agreed(first, second) for first, second in pairwise(ordered))
    return sum(map(len, ordered)) - shared
