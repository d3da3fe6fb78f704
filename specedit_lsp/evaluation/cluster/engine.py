"""An engine that sleeps instead of computing, and writes what everybody can know beforehand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import PromptShown, RewriteOrder, RewriteStats, SourceCount
from specedit_lsp.worker.cluster.replica import LoadEngine
from specedit_lsp.worker.engine_protocol import Engine, EngineLost, Written

LOSE_DEVICE = "lose the device"
"""The instruction that a simulated engine ends on."""
CHARACTERS_PER_FORWARD = 40
"""What a forward brings: about ten tokens, a mean of rewrites with drafts."""
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class SimulatedEngine:
    """Answers an order with :func:`rewrite_text`, each forward taking ``seconds``."""

    seconds: float
    log: Path | None = None
    """Gets a line for each forward: the process and the instruction."""
    device: str = "simulated"
    caveat: str = ""

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        """Yield the text piece by piece, then the stats.

        Raises:
            EngineLost: the order asked for it.
        """
        if order.instruction == LOSE_DEVICE:
            raise EngineLost("The simulated device is gone.")
        text = rewrite_text(order)
        began = time.perf_counter()
        position = forwards = 0
        while position < len(text):
            if cancelled():
                return
            self._run_forward(order)
            forwards += 1
            # What an earlier try had verified is a draft that one forward checks.
            known = len(order.verified) if position == 0 and text.startswith(order.verified) else 0
            size = known + CHARACTERS_PER_FORWARD
            yield Written(text[position : position + size])
            position += size
        seconds = time.perf_counter() - began
        tokens = len(text) // CHARACTERS_PER_TOKEN
        prompt_tokens = len(order.selection) // CHARACTERS_PER_TOKEN
        yield RewriteStats(
            prompt_tokens=prompt_tokens,
            reused_tokens=prompt_tokens // 2,
            output_tokens=tokens,
            forwards=forwards,
            seconds=seconds,
            first_text_seconds=seconds / max(forwards, 1),
            sources={"selection": SourceCount(proposed=tokens, accepted=max(tokens - forwards, 0))},
        )

    def warm(self, order: RewriteOrder) -> Generator[None, None, None]:
        """Sleep through a forward."""
        self._run_forward(order)
        yield

    def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """Return the instruction in place of a prompt."""
        return PromptShown(prompt=order.instruction, tokens=1, model=self.device)

    def _run_forward(self, order: RewriteOrder) -> None:
        time.sleep(self.seconds)
        if self.log:
            with self.log.open("a") as file:
                file.write(f"{os.getpid()} {order.instruction}\n")


def rewrite_text(order: RewriteOrder) -> str:
    """Return what a simulated engine writes for an order: every line with the instruction behind it."""
    return "".join(f"{line}  # {order.instruction}\n" for line in order.selection.splitlines())


def load_simulation(seconds: float, log: Path | None = None) -> LoadEngine:
    """Return what makes replicas whose forwards take so many seconds and are logged."""
    return partial(_load, SimulatedEngine(seconds, log))


def _load(engine: Engine, settings: Settings, on_progress: Callable[[int], None]) -> Engine:
    return engine
