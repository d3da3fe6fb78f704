"""Takes down one rewrite, forward by forward, while it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from specedit_lsp.decoding.speculative_decoder import Finish, Step
from specedit_lsp.model.loading import LoadedModel
from specedit_lsp.prompting.prompt import Prompt
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import DraftOptions, Origin, RewriteOrder, RewriteStats
from specedit_lsp.version import VERSION
from specedit_lsp.worker.engine.fingerprint import fingerprint_model
from specedit_lsp.worker.engine.provenance import Provenance
from specedit_lsp.worker.engine_protocol import Written
from specedit_lsp.worker.tracing.schema import (
    RewriteTrace,
    TracedBranch,
    TracedDrafting,
    TracedForward,
    TracedModel,
)

Record = Callable[[RewriteTrace], None]
"""Takes the trace of a rewrite that came to its end."""


@dataclass(slots=True)
class TraceRecorder:
    """Hears of steps, of the text that every token became, and of the text that left the filter."""

    order: RewriteOrder
    prompt: Prompt
    prompt_text: str
    model: TracedModel
    drafting: TracedDrafting
    record: Record
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    _forwards: list[TracedForward] = field(default_factory=list)
    _reads: list[Step] = field(default_factory=list)
    """Parts of the prompt that took a forward of their own."""
    _places: Provenance = field(default_factory=Provenance)
    """Follows the text of single tokens, their numbers in the place of forwards."""
    _written: int = 0
    _text: list[str] = field(default_factory=list)
    _lengths: dict[int, int] = field(default_factory=dict)
    _origins: list[Origin] = field(default_factory=list)
    _stopped: bool = False

    def hear(self, step: Step) -> None:
        """Take down what a forward checked and what came of it."""
        if step.is_reading:
            self._reads.append(step)
            return
        reads, self._reads = self._reads, []
        winner = next((index for index, draft in enumerate(step.drafts) if draft is step.winner), None)
        self._stopped = step.finish is Finish.STOP
        self._forwards.append(
            TracedForward(
                branches=tuple(
                    TracedBranch(source=draft.source, tokens=draft.tokens, evidence=draft.evidence)
                    for draft in step.drafts
                ),
                winner=winner,
                accepted=step.accepted,
                own=step.own,
                margin=step.margin,
                rows=step.rows + sum(read.rows for read in reads),
                runs=1 + len(reads),
                seconds=step.seconds + sum(read.seconds for read in reads),
                drafting_seconds=step.drafting_seconds,
            )
        )

    def write(self, text: str) -> None:
        """The next token made ``text`` final, on its way into the filter; behind the last token, the rest."""
        self._places.write(text, "", self._written)
        self._written += 1

    def take(self, written: Written) -> None:
        """Text came out of the filter."""
        self._text.append(written.text)
        for place in self._places.label(written.text):
            self._lengths[place.forward] = self._lengths.get(place.forward, 0) + place.length
        self._origins += written.origins

    def finish(self, stats: RewriteStats) -> None:
        """Hand all of it on: the rewrite is over."""
        self.record(self.make_trace(stats))

    def make_trace(self, stats: RewriteStats) -> RewriteTrace:
        """Return all that was taken down."""
        lengths = [self._lengths.get(number, 0) for number in range(stats.output_tokens)]
        if lengths:
            # What was left in the detokenizer is of the last tokens, and has no number of its own.
            lengths[-1] += sum(self._lengths.values()) - sum(lengths)
        return RewriteTrace(
            id=self.began.strftime("%Y%m%d-%H%M%S-%f"),
            began=self.began,
            program=VERSION,
            model=self.model,
            drafting=self.drafting,
            order=self.order,
            prompt=self.prompt_text,
            prompt_tokens=self.prompt.tokens,
            unchanged=self.prompt.selection,
            forwards=tuple(self._forwards),
            stopped=self._stopped,
            text="".join(self._text),
            lengths=tuple(lengths),
            origins=tuple(_join(self._origins)),
            stats=stats,
            vocabulary=self._spell_all(),
        )

    def _spell_all(self) -> dict[int, str]:
        ids = {token for forward in self._forwards for token in forward.verified}
        ids.update(
            token for forward in self._forwards for branch in forward.branches for token in branch.tokens
        )
        spell = self.prompt.codec.spell
        return {token: spell(token).decode("utf-8", "backslashreplace") for token in sorted(ids)}


class Recording:
    """Begins a recorder for every rewrite of one model."""

    def __init__(self, record: Record, loaded: LoadedModel, settings: Settings, device: str) -> None:
        self._record = record
        self._tokenizer = loaded.tokenizer
        self._draft_model = settings.draft.model
        self._model = TracedModel(
            path=settings.model.path,
            device=device,
            quantization=settings.model.quantization,
            fingerprint=fingerprint_model(loaded.folder),
        )

    def begin(self, order: RewriteOrder, prompt: Prompt, drafting: DraftOptions) -> TraceRecorder:
        """Return what takes down the rewrite that begins now."""
        text = str(self._tokenizer.decode(list(prompt.tokens), clean_up_tokenization_spaces=False))
        return TraceRecorder(
            order=order,
            prompt=prompt,
            prompt_text=text,
            model=self._model,
            drafting=TracedDrafting(
                sources=drafting.sources,
                width=drafting.width,
                branches=drafting.branches,
                model=self._draft_model,
            ),
            record=self._record,
        )


def _join(origins: Sequence[Origin]) -> Iterator[Origin]:
    """Make one of neighbours with the same source and forward."""
    last: Origin | None = None
    for origin in origins:
        if last and (last.source, last.forward) == (origin.source, origin.forward):
            last = last.model_copy(update={"length": last.length + origin.length})
            continue
        if last:
            yield last
        last = origin
    if last:
        yield last
