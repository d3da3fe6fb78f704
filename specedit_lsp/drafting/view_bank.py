"""The texts that the output may turn out to be, all kept in step with it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.token_text import TokenText
from specedit_lsp.drafting.transcript import Transcript
from specedit_lsp.drafting.view import View

_MOST = 6
"""Views kept, the selection included: the least successful goes first."""
_LEFT = 16
"""New tokens after which the output has left a text for good, if it follows another."""
_CLOSELY = 4
"""Tokens in a row that agreed, from which on an output is being copied."""

_credit_of = attrgetter("credit")


class ViewBank:
    """The selection, its rewrites that the instruction asks for, and those that the output has shown.

    Every edit has one bank; the sources add views to it and propose from theirs.
    """

    def __init__(self, context: EditContext) -> None:
        self.context = context
        self.transcript = Transcript(context.codec)
        text = TokenText(context.text + context.closing, context.selection, context.codec)
        self.selection = View("selection", text, context, self.transcript)
        self.views = [self.selection]

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        self.transcript.hear(verified)
        for view in self.views:
            view.hear(verified)
        if self.leader.is_close():
            # Where one text is being followed, those that were left long ago tell nothing.
            self.views = [v for v in self.views if v is self.selection or v.alignment.place.novel < _LEFT]

    @property
    def leader(self) -> View:
        """The view that the output has followed best lately; the first of equals."""
        return max(self.views, key=_credit_of)

    @property
    def is_copying(self) -> bool:
        """Whether the output follows one of the texts so closely that other guesses are not worth it."""
        leader = self.leader
        return leader.is_close() and leader.alignment.run >= _CLOSELY

    def add(self, source: str, text: str, column_at: int = 0, run: int = 0) -> View | None:
        """Add a text to be followed from a character offset on; None if it is there already.

        ``run`` tells how many tokens agreed up to there.
        """
        whole = text + self.context.closing
        if any(view.is_close() and view.text.text == whole for view in self.views):
            return None
        written = TokenText.write(text, self.context)
        column = written.find_column(column_at)[0] if column_at else 0
        view = View(source, written, self.context, self.transcript, column, run)
        view.credit = run
        self.views.append(view)
        if len(self.views) > _MOST:
            self.views.remove(min(self.views[1:-1], key=_credit_of))
        return view

    def list_views(self, source: str) -> list[View]:
        """Return the views that one source added, most successful first."""
        return sorted((view for view in self.views if view.source == source), key=_credit_of, reverse=True)
