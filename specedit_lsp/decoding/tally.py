"""What a rewrite has cost so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from specedit_lsp.decoding.speculative_decoder import Finish, Step


@dataclass(slots=True)
class SourceTally:
    """Draft tokens of one source: how many were checked, how many the target model agreed with."""

    proposed: int = 0
    accepted: int = 0


@dataclass(slots=True)
class Tally:
    """Counts over the steps of one rewrite."""

    forwards: int = 0
    """Runs of the target model; the prefill is one, however long the prompt."""
    tokens: int = 0
    """Verified tokens, without the stop token."""
    sources: dict[str, SourceTally] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        """Count one step."""
        if step.finish is Finish.CANCELLED or step.is_reading:
            return
        self.forwards += 1
        self.tokens += len(step.tokens)
        for draft in step.drafts:
            source = self.sources.setdefault(draft.source, SourceTally())
            source.proposed += len(draft.tokens)
        if step.winner is not None:
            self.sources[step.winner.source].accepted += step.accepted
