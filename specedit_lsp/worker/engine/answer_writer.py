"""From verified tokens to the text of a replacement, each character with where it is from."""

from __future__ import annotations

from collections.abc import Iterable

from specedit_lsp.decoding.detokenizer import Detokenizer
from specedit_lsp.decoding.speculative_decoder import Step
from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.transport.messages import TARGET
from specedit_lsp.worker.engine.provenance import Provenance, split_by_source
from specedit_lsp.worker.engine_protocol import Written
from specedit_lsp.worker.tracing.recorder import TraceRecorder


class AnswerWriter:
    """Writes one answer. A trace, if one is taken, hears of all that it does."""

    def __init__(
        self, detokenizer: Detokenizer, answer: OutputFilter, trace: TraceRecorder | None = None
    ) -> None:
        self._detokenizer = detokenizer
        self._answer = answer
        self._provenance = Provenance()
        self._trace = trace

    @property
    def stopped(self) -> bool:
        """Whether the answer is complete: what the model goes on to write is dropped."""
        return self._answer.stopped

    @property
    def empty(self) -> bool:
        """Whether the model has written nothing but white space so far."""
        return self._answer.empty

    def write(self, step: Step, forward: int) -> Written:
        """Take in what the forward of that number brought; return the text that it makes certain."""
        runs: Iterable[tuple[tuple[int, ...], str]] = split_by_source(step)
        if self._trace:
            self._trace.hear(step)
            # A trace tells tokens apart.
            runs = [((token,), source) for tokens, source in runs for token in tokens]
        pieces = [self._place(self._detokenizer.feed(tokens), source, forward) for tokens, source in runs]
        return self._label("".join(pieces))

    def finish(self, forward: int) -> Written:
        """Return the rest of the text; ``forward`` was the last."""
        rest = self._place(self._detokenizer.finish(), TARGET, forward)
        return self._label(rest + self._answer.finish())

    def _place(self, text: str, source: str, forward: int) -> str:
        self._provenance.write(text, source, forward)
        if self._trace:
            self._trace.write(text)
        return self._answer.feed(text)

    def _label(self, text: str) -> Written:
        written = Written(text, self._provenance.label(text))
        if self._trace:
            self._trace.take(written)
        return written
