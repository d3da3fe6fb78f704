"""Whole edits played back: the target model's part is taken by a known answer."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.sources import BUILDERS, build_router

ALL = tuple(BUILDERS)


def replay(
    context: EditContext,
    answer: Sequence[int],
    names: Sequence[str] = ALL,
    branches: int = 8,
    width: int = 200,
) -> list[tuple[int, tuple[Draft, ...]]]:
    """Return each forward's drafts, and how many tokens had been verified before it."""
    router = build_router(names, context, branches)
    forwards = []
    done = 0
    while done < len(answer):
        drafts = router.choose(width)
        forwards.append((done, drafts))
        agreed = max((count_agreed(draft.tokens, answer[done:-1]) for draft in drafts), default=0)
        router.hear(answer[done : done + agreed + 1])
        done += agreed + 1
    return forwards


def count_forwards(context: EditContext, after: str, names: Sequence[str] = ALL, branches: int = 8) -> int:
    """How many forwards it takes to arrive at the text ``after``, prefill included."""
    return len(replay(context, context.write(after), names, branches))
