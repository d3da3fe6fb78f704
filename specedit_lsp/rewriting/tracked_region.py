"""A rewrite's region in a document that its user goes on typing in."""

from __future__ import annotations

from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.spans import Bearing, Span, splits_line_end


class TrackedRegion:
    """Follows a region through the changes of its document, and tells our edits from those of others.

    Between two edits of ours nobody else may change the region: whoever does has *disturbed* it for good.
    While an edit is under way (:meth:`await_edit`), changes within may be its echo, in any number of pieces,
    until the region reads as it should. A change elsewhere moves the region and disturbs nothing.
    """

    def __init__(self, span: Span, source: str) -> None:
        self.span = span
        self.text = span.read(source)
        """What the region reads with all our edits that arrived."""
        self.is_disturbed = False
        self._awaited: str | None = None
        self._awaited_source = ""
        self._awaited_span = span

    def await_edit(self, text: str, source: str) -> None:
        """An edit of the document, now ``source``, is asked for: the region will read ``text``."""
        self._awaited = text
        # Clients that compare texts to find out what changed may report a change of one of two equal lines
        # as one of the other, outside the region. The whole document then tells that it was ours.
        self._awaited_source = source[: self.span.start] + text + source[self.span.end :]
        self._awaited_span = Span(self.span.start, self.span.start + len(text))

    def stop_waiting(self) -> None:
        """The edit under way will not come any more."""
        self._awaited = None
        self._awaited_source = ""

    def reads_as_delivered(self, source: str) -> bool:
        """Whether the region reads in ``source`` as our edits made it."""
        return self.span.read(source) == self.text

    @property
    def is_waiting(self) -> bool:
        """Whether an edit is under way."""
        return self._awaited is not None

    def hear(self, change: TextChange, source: str) -> None:
        """Take in one change of the document, which reads ``source`` after it."""
        bearing = self.span.bearing_of(change)
        self.span = self.span.follow(change)
        if self._awaited is None:
            if bearing is Bearing.WITHIN:
                self.is_disturbed = True
        elif source == self._awaited_source or self.span.read(source) == self._awaited:
            if source == self._awaited_source:
                self.span = self._awaited_span
            self.text = self._awaited
            self.stop_waiting()
        if not self.is_waiting and any(
            splits_line_end(source, edge) for edge in (self.span.start, self.span.end)
        ):
            self.is_disturbed = True
