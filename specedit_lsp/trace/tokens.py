"""The output of a rewrite, token by token, each with where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specedit_lsp.transport.messages import TARGET
from specedit_lsp.worker.tracing.schema import RewriteTrace


@dataclass(frozen=True, slots=True)
class OutputToken:
    """One token that the target model agreed with or wrote."""

    number: int
    """In the output, from 0."""
    id: int
    text: str
    """Its part of the text in the buffer; empty for the answer's wrapping and for half a character."""
    source: str
    forward: int
    """That verified it; the prefill is 1."""
    place: int
    """Among the tokens of its forward, from 0."""
    evidence: int | None
    """Verified tokens that its draft had matched; None if the model wrote it."""
    margin: float | None
    """How sure the model was of what it wrote itself, in logits."""


def list_tokens(trace: RewriteTrace) -> list[OutputToken]:
    """Return the output's tokens in order. Their texts join to the trace's."""
    return list(_walk(trace))


def _walk(trace: RewriteTrace) -> Iterator[OutputToken]:
    number = start = 0
    for count, forward in enumerate(trace.forwards, start=1):
        for place, token in enumerate(forward.verified):
            if number == len(trace.lengths):
                # What ends the answer has no text.
                return
            end = start + trace.lengths[number]
            is_draft = forward.winner is not None and place < forward.accepted
            branch = forward.branches[forward.winner] if is_draft and forward.winner is not None else None
            yield OutputToken(
                number=number,
                id=token,
                text=trace.text[start:end],
                source=branch.source if branch else TARGET,
                forward=count,
                place=place,
                evidence=branch.evidence if branch else None,
                margin=None if branch else forward.margin,
            )
            number, start = number + 1, end


@dataclass(frozen=True, slots=True)
class SourceShare:
    """What one source did for a rewrite."""

    source: str
    tokens: int
    """Of the output."""
    share: float
    """Of the output's tokens, from 0 to 1."""
    proposed: int
    """Draft tokens that forwards checked."""
    accepted: int
    """Of these the model agreed with, one that ends the answer among them."""


def count_shares(trace: RewriteTrace) -> list[SourceShare]:
    """Return what each source did, most tokens first, the target model last."""
    tokens: dict[str, int] = dict.fromkeys(trace.stats.sources, 0)
    tokens[TARGET] = 0
    for token in list_tokens(trace):
        tokens[token.source] = tokens.get(token.source, 0) + 1
    shares = []
    for source, count in tokens.items():
        checked = trace.stats.sources.get(source)
        shares.append(
            SourceShare(
                source=source,
                tokens=count,
                share=count / max(len(trace.lengths), 1),
                proposed=checked.proposed if checked else 0,
                accepted=checked.accepted if checked else 0,
            )
        )
    return sorted(shares, key=lambda share: (share.source == TARGET, -share.tokens, share.source))
