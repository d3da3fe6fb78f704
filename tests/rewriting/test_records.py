"""The log of a session's rewrites."""

from __future__ import annotations

from specedit_lsp.rewriting.records import MOST_RECORDS, JobLog, JobRecord, OutcomeKind, total_stats
from specedit_lsp.transport.messages import RewriteStats, SourceCount


def record(number: int, instruction: str = "") -> JobRecord:
    return JobRecord(f"rewrite-{number}", "file:///a", instruction or f"do {number}", OutcomeKind.DONE)


def stats(plain: float | None, **sources: SourceCount) -> RewriteStats:
    return RewriteStats(
        prompt_tokens=1,
        output_tokens=2,
        forwards=3,
        seconds=0.5,
        first_text_seconds=0.25,
        plain_seconds=plain,
        reused_tokens=4,
        sources=sources,
    )


def test_the_oldest_records_are_forgotten() -> None:
    log = JobLog(record(number) for number in range(MOST_RECORDS + 1))
    assert len([*log]) == MOST_RECORDS
    assert log.find("rewrite-0") is None
    assert log.find("rewrite-1") == record(1)
    assert log.last() == record(MOST_RECORDS)


def test_an_empty_log_has_no_last_record() -> None:
    assert JobLog().last() is None


def test_instructions_come_newest_first_and_once() -> None:
    log = JobLog([record(1, "a"), record(2, "b"), record(3, "a")])
    assert log.instructions() == ["a", "b"]


def test_the_cost_of_several_regions_is_their_sum() -> None:
    one = stats(1.5, selection=SourceCount(proposed=5, accepted=4))
    other = stats(1.0, selection=SourceCount(proposed=1, accepted=1), rules=SourceCount(proposed=2))
    total = total_stats([one, other])
    assert total.sources == {
        "selection": SourceCount(proposed=6, accepted=5),
        "rules": SourceCount(proposed=2, accepted=0),
    }
    assert (total.forwards, total.plain_seconds, total.reused_tokens) == (6, 2.5, 8)
    assert total.first_text_seconds == 0.25
    assert total_stats([one, stats(None)]).plain_seconds is None
    assert total_stats([one]) is one
