"""What the queue in front of a model needs of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from specedit_lsp.transport.messages import Origin, PromptShown, Reason, RewriteOrder, RewriteStats


class OrderRefused(Exception):
    """An order that cannot be carried out, with a message that tells the user what to do."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class EngineLost(Exception):
    """The device is gone for this process; only a new one can go on. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Written:
    """Verified text that one forward brought, and where it is from; often none."""

    text: str = ""
    origins: tuple[Origin, ...] = ()


class Rewriter(Protocol):
    """What carries orders out."""

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        """Yield what every forward brought, then the stats; end early once ``cancelled`` says so.

        Raises:
            OrderRefused: the order cannot be carried out.
            EngineLost: nothing can be, any more.
        """
        ...


class Engine(Rewriter, Protocol):
    """A loaded model that rewrites. Used from one thread only.

    Its generators make one forward for each step, so that several of them can take turns. Closing one ends
    its work.
    """

    @property
    def device(self) -> str:
        """Where it runs."""
        ...

    @property
    def caveat(self) -> str:
        """What the user must know about its output on this device; empty if there is nothing."""
        ...

    def warm(self, order: RewriteOrder) -> Generator[None, None, None]:
        """Read what can be read of an order whose instruction is not known yet.

        Raises:
            OrderRefused: there is nothing to read.
            EngineLost: nothing can be, any more.
        """
        ...

    def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """Return what the model would read.

        Raises:
            OrderRefused: the order cannot be carried out.
        """
        ...
