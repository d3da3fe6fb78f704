"""An answer of another engine, from the chunks it comes in to the replacement."""

from __future__ import annotations

import time

from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Done, Piece, Reason, RewriteStats, SourceCount, digest
from specedit_lsp.transport.openai.refusals import called_tools, read_finish
from specedit_lsp.transport.openai.wire import Chunk, Usage, find_words


class Answer:
    """One answer on its way in."""

    def __init__(self, output_filter: OutputFilter, most_tokens: int) -> None:
        self.most_tokens = most_tokens
        self._filter = output_filter
        self._finish: str | None = None
        self._usage = Usage()
        self._text: list[str] = []
        self._began = time.perf_counter()
        self._first: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing that still comes belongs to the replacement."""
        return self._filter.stopped

    def take(self, chunk: Chunk) -> Piece | None:
        """Take in a chunk; return the text it made certain, if it did.

        Raises:
            RewriteFailed: the server says that it failed, or the model calls a tool.
        """
        if chunk.error:
            words = find_words(chunk.error)
            raise RewriteFailed(Reason.INTERNAL_ERROR, f"The engine failed in the middle. It said: {words}")
        self._usage = chunk.usage or self._usage
        text = ""
        for choice in chunk.choices[:1]:
            if choice.delta.tool_calls:
                raise called_tools()
            self._finish = choice.finish_reason or self._finish
            text += self._filter.feed(choice.delta.content or "")
        return self._piece(text)

    def finish(self) -> Piece | None:
        """Return the rest of the text, the stream being at its end.

        Raises:
            RewriteFailed: the answer is not whole, or empty.
        """
        if not self.is_complete and (failure := read_finish(self._finish, self.most_tokens)):
            raise failure
        rest = self._filter.finish()
        if self._filter.empty:
            message = "The model wrote nothing, so nothing was changed. Delete the text by hand instead."
            raise RewriteFailed(Reason.EMPTY_OUTPUT, message)
        return self._piece(rest)

    def close(self) -> Done:
        """The line that ends the stream: what can be known of an engine that tells little."""
        seconds = time.perf_counter() - self._began
        stats = RewriteStats(
            prompt_tokens=self._usage.prompt_tokens,
            output_tokens=self._usage.completion_tokens,
            forwards=0,
            seconds=seconds,
            first_text_seconds=seconds if self._first is None else self._first,
            sources=_count_prediction(self._usage),
        )
        return Done(sha256=digest("".join(self._text)), stats=stats)

    def _piece(self, text: str) -> Piece | None:
        if not text:
            return None
        if self._first is None:
            self._first = time.perf_counter() - self._began
        self._text.append(text)
        return Piece(seq=len(self._text) - 1, text=text)


def _count_prediction(usage: Usage) -> dict[str, SourceCount]:
    details = usage.completion_tokens_details
    if details is None or details.accepted_prediction_tokens is None:
        return {}
    accepted, rejected = details.accepted_prediction_tokens, details.rejected_prediction_tokens or 0
    return {"prediction": SourceCount(proposed=accepted + rejected, accepted=accepted)}
