"""From what a model writes to what may stand in the buffer, piece by piece."""

from __future__ import annotations

from specedit_lsp.prompting.trimmed import TrimmedSelection
from specedit_lsp.prompting.unwrapper import Unwrapper


class OutputFilter:
    """Takes fences, talk and thinking off an answer, gives it the selection's indentation and blank lines.

    The pieces it returns, joined, are the replacement, however the answer was cut into pieces.
    """

    def __init__(self, selection: TrimmedSelection, fence: str, is_opened: bool = True) -> None:
        """``fence`` is the line of backticks the answer stands between; empty where there is none.

        Unless it ``is_opened`` by our prompt, the model writes the first one as well.
        """
        self._selection = selection
        self._unwrapper = Unwrapper(fence, selection.core, is_opened) if fence else None
        self._reindenter = selection.new_reindenter()
        self._blank = selection.lead
        self._is_empty = True

    @property
    def stopped(self) -> bool:
        """Whether the answer is complete: what the model goes on to write is dropped."""
        return self._unwrapper is not None and self._unwrapper.stopped

    @property
    def empty(self) -> bool:
        """Whether the model has written nothing but white space so far.

        An answer that ends so is not a wish to delete: the text returned for it is the selection as it was.
        """
        return self._is_empty

    def feed(self, text: str) -> str:
        """Return what is certain, now that the model has written ``text``, which holds no stop tokens."""
        return self._place(self._unwrapper.feed(text) if self._unwrapper else text)

    def finish(self) -> str:
        """Return the rest of the replacement. The model has written its last, or ``stopped`` was true."""
        placed = self._place(self._unwrapper.finish() if self._unwrapper else "")
        if self._is_empty:
            return self._selection.original
        return placed + self._reindenter.finish() + self._selection.trail

    def _place(self, text: str) -> str:
        placed = self._reindenter.feed(text)
        if not self._is_empty:
            return placed
        self._blank += placed
        if not text.strip():
            return ""
        self._is_empty = False
        return self._blank
