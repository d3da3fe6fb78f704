"""What became of the rewrites of this session."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from specedit_lsp.transport.messages import Origin, RewriteStats, SourceCount

MOST_RECORDS = 100


class OutcomeKind(enum.StrEnum):
    """How a rewrite ended."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """The model kept the text."""
    CANCELLED = "cancelled"
    CONFLICT = "conflict"
    """The user's own edit came first: the text stayed as the user had it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One rewrite, after it ended."""

    job_id: str
    uri: str
    instruction: str
    outcome: OutcomeKind
    message: str = ""
    """What the user was told of an ending that was no success."""
    stats: RewriteStats | None = None
    text: str = ""
    """What the region reads in the end, line ends as ``\\n``; empty for several regions, or if it failed."""
    origins: tuple[Origin, ...] = ()
    """Who wrote which characters of ``text``, in order."""

    @property
    def tokens_per_second(self) -> float | None:
        """How fast the text came; None for a rewrite that came to no end."""
        return self.stats.output_tokens / self.stats.seconds if self.stats and self.stats.seconds else None


class JobLog:
    """The last rewrites of one session, in memory only."""

    def __init__(self, records: Iterable[JobRecord] = ()) -> None:
        self._records = deque(records, maxlen=MOST_RECORDS)

    def add(self, record: JobRecord) -> None:
        """Keep a record, and forget the oldest where there are too many."""
        self._records.append(record)

    def __iter__(self) -> Iterator[JobRecord]:
        """All records, newest first."""
        return reversed(self._records)

    def last(self) -> JobRecord | None:
        """The newest record."""
        return next(iter(self), None)

    def find(self, job_id: str) -> JobRecord | None:
        """The record of a rewrite, if it is still remembered."""
        return next((record for record in self if record.job_id == job_id), None)

    def tokens_per_second(self) -> float | None:
        """How fast the newest rewrite was of those that came to their end."""
        speeds = (record.tokens_per_second for record in reversed(self._records))
        return next((speed for speed in speeds if speed is not None), None)

    def instructions(self) -> list[str]:
        """What was asked for: newest first, each once."""
        return list(dict.fromkeys(record.instruction for record in self))


def total_stats(stats: Sequence[RewriteStats]) -> RewriteStats:
    """What several regions of one rewrite cost together; there is at least one."""
    if len(stats) == 1:
        return stats[0]
    sources: dict[str, SourceCount] = {}
    for name, count in (item for each in stats for item in each.sources.items()):
        so_far = sources.get(name, SourceCount())
        sources[name] = SourceCount(
            proposed=so_far.proposed + count.proposed, accepted=so_far.accepted + count.accepted
        )
    plain = [each.plain_seconds for each in stats if each.plain_seconds is not None]
    return RewriteStats(
        prompt_tokens=sum(each.prompt_tokens for each in stats),
        output_tokens=sum(each.output_tokens for each in stats),
        forwards=sum(each.forwards for each in stats),
        seconds=sum(each.seconds for each in stats),
        first_text_seconds=stats[0].first_text_seconds,
        plain_seconds=sum(plain) if len(plain) == len(stats) else None,
        reused_tokens=sum(each.reused_tokens for each in stats),
        sources=sources,
    )
