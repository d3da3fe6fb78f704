"""One method writing one answer: what came when, and what it took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from transformers import PreTrainedModel


class Clock(StrEnum):
    """What is called a second."""

    WALL = "wall"
    PROCESSOR = "processor"
    """Time that this process was given a processor, all its threads together: for models on a processor that
    has other things to do as well."""

    def read(self) -> float:
        """Return how late it is, in seconds."""
        return time.perf_counter() if self is Clock.WALL else time.process_time()


@dataclass(frozen=True, slots=True)
class Run:
    """Times are seconds of one clock, from when the method had the prompt in tokens."""

    arrivals: tuple[tuple[float, tuple[int, ...]], ...]
    """Tokens that came together, with their time; the token that ends an answer is not among them."""
    seconds: float
    forwards: int
    """Of the target model, prefill included."""
    forward_seconds: float | None
    """Time inside the target model; None where it was not called as transformers' models are."""
    draft_forwards: int = 0
    """Of a draft model."""

    @property
    def tokens(self) -> tuple[int, ...]:
        """The answer."""
        return tuple(token for _, tokens in self.arrivals for token in tokens)


@dataclass
class ForwardCounter:
    """Counts and times the forwards of a model while it is entered.

    On a GPU the times are those of asking for a forward, not of the forward.
    """

    model: PreTrainedModel
    clock: Clock
    count: int = 0
    seconds: float = 0.0
    _began: float = 0.0
    _hooks: Sequence[Any] = field(default=(), init=False)

    def __enter__(self) -> Self:
        self._hooks = (
            self.model.register_forward_pre_hook(lambda module, args: self._begin()),
            self.model.register_forward_hook(lambda module, args, output: self._end()),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for hook in self._hooks:
            hook.remove()

    def _begin(self) -> None:
        self._began = self.clock.read()

    def _end(self) -> None:
        self.seconds += self.clock.read() - self._began
        self.count += 1
