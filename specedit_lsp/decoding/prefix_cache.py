"""Prompts read before: a rewrite pays only for the part of its prompt that is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specedit_lsp.model.runner import ModelRunner

_OWN_SHARE = 0.5
"""Of a sequence: a prompt that shares less with it gets a runner of its own."""


class PrefixCache:
    """Runners that keep the sequences they had last, to be continued by whichever prompt begins alike.

    Nothing has to be dropped when a file changes: a prompt is compared token by token, and what differs is
    read anew. The runners that were idle longest go first, once all of them take more than ``most_bytes``.
    """

    def __init__(self, make_runner: Callable[[], ModelRunner], most_bytes: int) -> None:
        self._make_runner = make_runner
        self._most_bytes = most_bytes
        self._idle: list[ModelRunner] = []
        """The one that was idle longest comes first."""
        self._lent: dict[ModelRunner, int] = {}
        """With the length of the prompt that each was lent for."""

    def take(self, prompt: Sequence[int], limit: int = 0) -> ModelRunner:
        """Return a runner that holds as much of ``prompt`` as any does. :meth:`give_back` it afterwards.

        ``limit`` is how many tokens its sequence is going to have at most.
        """
        best = max(self._idle, key=lambda runner: runner.count_reusable(prompt, limit), default=None)
        shared = best.count_reusable(prompt, limit) if best else 0
        if best and shared >= _OWN_SHARE * best.length:
            runner = best
        else:
            # Buffers, and what was recorded over them, are worth more than what the oldest has read.
            runner = self._idle[0] if self._idle and self._is_full() else self._make_runner()
            if best and best is not runner and shared:
                try:
                    runner.continue_from(best, shared)
                except RuntimeError:
                    runner.forget()  # out of memory half-way: it holds neither sequence
                    raise
        if runner in self._idle:
            self._idle.remove(runner)
        self._lent[runner] = len(prompt)
        return runner

    def give_back(self, runner: ModelRunner) -> None:
        """The sequence is over, or was broken off; what was read stays as long as there is room for it."""
        # No prompt goes on with what was written.
        runner.cut(self._lent.pop(runner))
        self._idle.append(runner)
        while self._idle and self._count_bytes() > self._most_bytes:
            self._idle.pop(0).forget()

    def count_reusable(self, prompt: Sequence[int], limit: int) -> int:
        """Return how many leading tokens of ``prompt`` need not be read again."""
        return max((runner.count_reusable(prompt, limit) for runner in self._idle), default=0)

    def clear(self) -> None:
        """Give all memory back that no running sequence needs."""
        while self._idle:
            self._idle.pop().forget()

    def _is_full(self) -> bool:
        runners = len(self._idle) + len(self._lent)
        return self._count_bytes() * (runners + 1) / runners > self._most_bytes

    def _count_bytes(self) -> int:
        return sum(runner.bytes for runner in (*self._idle, *self._lent))
