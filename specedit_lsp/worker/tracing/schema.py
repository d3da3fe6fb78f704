"""What a trace of a rewrite holds: all that explains its text and what it cost, and the code it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from specedit_lsp.transport.messages import Message, Origin, RewriteOrder, RewriteStats

TRACE_VERSION: Final = 2
"""Version 1 had no number and no forwards: order, text and stats alone."""


class TracedBranch(Message):
    """One draft that a forward checked."""

    source: str
    tokens: tuple[int, ...]
    evidence: int
    """Verified tokens that the source matched to arrive here."""


class TracedForward(Message):
    """One forward of the target model. The prefill is the first, however many runs of the model it took."""

    branches: tuple[TracedBranch, ...]
    """Most promising first."""
    winner: int | None
    """Index of the branch that the accepted tokens begin; None if none was accepted."""
    accepted: int
    """Leading tokens of the winner that the model agreed with, a token that ends the answer among them."""
    own: int | None
    """The token that the model wrote behind them; None if they ended the answer."""
    margin: float | None
    """By how much the logit of ``own`` exceeded the next best."""
    rows: int
    """Tokens that the model was run on, those of the prompt included, padding not."""
    runs: int
    """Runs of the model: more than one where a long prompt was read in parts."""
    seconds: float
    drafting_seconds: float

    @property
    def verified(self) -> tuple[int, ...]:
        """The tokens that it brought, one that ends the answer among them."""
        accepted = self.branches[self.winner].tokens[: self.accepted] if self.winner is not None else ()
        return accepted if self.own is None else (*accepted, self.own)

    @property
    def proposed(self) -> int:
        """Tokens of the longest branch."""
        return max((len(branch.tokens) for branch in self.branches), default=0)

    @property
    def source(self) -> str | None:
        """Whose tokens were accepted."""
        return None if self.winner is None else self.branches[self.winner].source


class TracedModel(Message):
    """The model that wrote."""

    path: str
    """As the settings name it."""
    device: str
    """With the precision."""
    quantization: str
    fingerprint: str
    """Tells weights from others, see :mod:`specedit_lsp.worker.engine.fingerprint`."""


class TracedDrafting(Message):
    """The settings that decide how many forwards there are."""

    sources: tuple[str, ...]
    width: int
    branches: int
    model: str
    """The draft model; empty for none."""


class RewriteTrace(Message):
    """One rewrite that came to its end."""

    version: Literal[2] = TRACE_VERSION
    id: str
    """The moment it began, UTC: what `specedit trace` and the file are called by."""
    began: datetime
    program: str
    """Version of the package."""
    model: TracedModel
    drafting: TracedDrafting
    order: RewriteOrder
    prompt: str
    """What the model read, to the letter."""
    prompt_tokens: tuple[int, ...]
    unchanged: tuple[int, ...]
    """Token ids of the answer that would have changed nothing."""
    forwards: tuple[TracedForward, ...]
    stopped: bool
    """Whether the last token verified ends the answer and has no text; if not, a fence ended it."""
    text: str
    """What went into the buffer."""
    lengths: tuple[int, ...]
    """Characters of ``text`` that each output token brought; none where it is the answer's wrapping."""
    origins: tuple[Origin, ...]
    """Where ``text`` comes from, as the editor was told."""
    stats: RewriteStats
    vocabulary: dict[int, str]
    """Text of the tokens that were verified or drafted; of half a character its bytes, as ``\\\\xe2``."""

    @property
    def answer(self) -> tuple[int, ...]:
        """All tokens verified, the one that ends the answer among them."""
        return tuple(token for forward in self.forwards for token in forward.verified)

    @property
    def output(self) -> tuple[int, ...]:
        """The answer's tokens without the one that ends it."""
        return self.answer[:-1] if self.stopped else self.answer


class KeptRewrite(Message):
    """What traces of every version have: enough to do the rewrite again."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    order: RewriteOrder
    text: str
