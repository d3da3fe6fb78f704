"""What a fault is to the bench, and where it can happen."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from specedit_lsp.evaluation.faults.stage import Stage

Site = TypeVar("Site")
"""What a fault works on: the stage, or what stands around it."""


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Fault(Generic[Site]):
    """Something that goes wrong while rewrites are under way."""

    name: str
    strike: Callable[[Site, random.Random], Awaitable[None]]
    """Has it happen once, at a moment of its choice, and is over when nothing stands in the way of rewrites
    any more. Raises PromiseBroken if something else than a rewrite is then not as it should be."""
    lacks: Callable[[], str] = _nothing
    """Says why it cannot be had here; empty if it can."""
    spares: int | None = None
    """The window that it has nothing to do with: there every rewrite must be done."""


@dataclass(frozen=True, slots=True)
class Scene(Generic[Site]):
    """Faults that happen on the same stage, one after the other."""

    open: Callable[[], AbstractAsyncContextManager[tuple[Stage, Site]]]
    faults: tuple[Fault[Site], ...]
