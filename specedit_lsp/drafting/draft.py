"""The seam between the decoding loop and whoever proposes tokens for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Codec(Protocol):
    """The target model's tokens as text, and back."""

    def encode(self, text: str) -> Sequence[int]:
        """Return the ids of plain text as it stands inside an answer."""
        ...

    def spell(self, token: int, /) -> bytes:
        """Return the UTF-8 bytes that a token adds to an answer; none for a token that steers the model."""
        ...


@dataclass(frozen=True, slots=True)
class EditContext:
    """All that a source may know of an edit before its first token. The answer is not in it."""

    prompt: tuple[int, ...]
    """Token ids the target model reads."""
    selection: tuple[int, ...]
    """Token ids of the answer that changes nothing: of ``text``, ``closing`` and ``ending``."""
    codec: Codec
    text: str
    """The selection as the model is shown it."""
    closing: str = ""
    """What an answer has behind its text: the fence of a code block, perhaps."""
    ending: tuple[int, ...] = ()
    """Token ids that end an answer and have no text."""
    instruction: str = ""
    language: str = ""
    """As editors call it; empty if unknown."""
    likely: str = ""
    """What the editor's own tools would make of the selection; as little to be trusted as any draft."""
    begun: str = ""
    """What an earlier try of the same answer had written; as little to be trusted as any draft."""

    def write(self, text: str) -> tuple[int, ...]:
        """Return the ids of an answer that is ``text``, up to and with what ends it."""
        return (*self.codec.encode(text + self.closing), *self.ending)


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens a source expects the target model to emit next."""

    source: str
    """Who proposed them: shown in traces, counted by the router."""
    tokens: tuple[int, ...]
    """Ids in the target model's vocabulary."""
    evidence: int
    """Verified tokens that the source matched to arrive here."""


class Listener(Protocol):
    """Hears what was verified."""

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        ...


class DraftSource(Protocol):
    """Built for one edit from an :class:`EditContext`; hears what was verified; proposes what comes next."""

    @property
    def name(self) -> str:
        """What traces and settings call this source."""
        ...

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        ...

    def propose(self, width: int) -> Sequence[Draft]:
        """Return drafts of at most ``width`` tokens, best first; empty when there is nothing to say."""
        ...


def count_common(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two drafts begin with in common: by steps that double, then by halves."""
    done, step = 0, 4
    end = min(len(one), len(other))
    while done < end and one[done : done + step] == other[done : done + step]:
        done += step
        step *= 2
    while step > 1:
        step //= 2
        if one[done : done + step] == other[done : done + step]:
            done += step
    return min(done, end)
