"""Our own drafting as methods: all sources together, and each by itself. The one file that knows its seam."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import build_router
from specedit_lsp.evaluation.replay import Drafter, Method
from specedit_lsp.evaluation.task import ReplayTask

NAME = "specedit"
CANONICAL_ROWS = 128
"""Of every forward on a GPU in half precision."""
CANONICAL_NAME = f"canonical_{CANONICAL_ROWS}"
EVERY_BRANCH = 1 << 10
UNLIMITED = 1 << 24
"""The first draft may be as long as the answer, as in the decoding loop."""


class Routed:
    """What the router makes of some sources."""

    draft_forwards = 0

    def __init__(self, router: Router) -> None:
        self._router = router

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return the router's choice."""
        return [draft.tokens for draft in self._router.choose(width)]

    def hear(self, verified: Sequence[int]) -> None:
        """Pass it on."""
        self._router.hear(verified)


class Dealt(Routed):
    """The same in a canonical shape, as the decoding loop has it: its rows are dealt evenly."""

    def __init__(self, router: Router, prompt_tokens: int, branches: int) -> None:
        super().__init__(router)
        self._free = -prompt_tokens % CANONICAL_ROWS
        """Rows that the prompt leaves of its last forward, for one draft; none after the prefill."""
        self._branches = branches
        self._is_prefill = True

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        """Return the router's choice."""
        if not self._is_prefill:
            return [draft.tokens for draft in self._router.choose_dealt(CANONICAL_ROWS, self._branches)]
        self._is_prefill = False
        return [tokens[: self._free] for tokens in super().choose(self._free)[:1]] if self._free else []


def make_canonical_method(sources: Sequence[str], branches: int) -> Method:
    """Return the method that drafts with these sources for forwards of ``CANONICAL_ROWS`` rows each."""

    def start(task: ReplayTask) -> Drafter:
        return Dealt(_start_router(task, sources, branches), len(task.prompt), branches)

    return Method(CANONICAL_NAME, start, CANONICAL_ROWS - 1, prefill_width=CANONICAL_ROWS - 1)


def make_method(name: str, sources: Sequence[str], branches: int, width: int) -> Method:
    """Return the method that drafts with these sources, ``branches`` drafts per forward at most."""

    def start(task: ReplayTask) -> Drafter:
        return Routed(_start_router(task, sources, branches))

    return Method(name, start, width, prefill_width=UNLIMITED)


def start_everything(task: ReplayTask, sources: Sequence[str]) -> Drafter:
    """Return the drafter that proposes all that these sources do: what a perfect router chooses from."""
    return Routed(_start_router(task, sources, EVERY_BRANCH))


def read_context(task: ReplayTask) -> EditContext:
    """Return what our sources may know of an edit."""
    return EditContext(
        prompt=task.prompt,
        selection=task.selection,
        codec=task.codec,
        text=task.shown,
        closing=task.closing,
        ending=task.ending,
        instruction=task.order.instruction,
        language=task.order.language,
    )


def _start_router(task: ReplayTask, names: Sequence[str], branches: int) -> Router:
    return build_router(names, read_context(task), branches)
