"""Rewrites that are kept: only if the user wants it, only for the user's eyes, and no more than asked for."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from specedit_lsp.settings import TraceSettings
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.tracing import log as trace_log
from specedit_lsp.worker.tracing.log import TraceLog, choose_record, list_traces, read_traces
from specedit_lsp.worker.tracing.schema import RewriteTrace, TracedDrafting, TracedModel
from tests.worker.conftest import STATS


def order(number: int) -> RewriteOrder:
    return RewriteOrder(instruction=f"instruction {number}", selection="x = 1", before="é\n")


def trace(number: int) -> RewriteTrace:
    began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return RewriteTrace(
        id=began.strftime("%Y%m%d-%H%M%S-%f"),
        began=began,
        program="0",
        model=TracedModel(path="a-model", device="cpu float32", quantization="none", fingerprint=""),
        drafting=TracedDrafting(sources=(), width=1, branches=1, model=""),
        order=order(number),
        prompt="",
        prompt_tokens=(),
        unchanged=(),
        forwards=(),
        stopped=False,
        text=f"x = {number}",
        lengths=(),
        origins=(),
        stats=STATS,
        vocabulary={},
    )


def test_nothing_is_kept_unless_asked_for() -> None:
    assert choose_record(TraceSettings()) is None
    assert choose_record(TraceSettings(keep="all")) is not None


def test_the_newest_come_first_and_only_the_user_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "traces"
    log = TraceLog(folder, "all")
    for number in range(3):
        log.record(trace(number))
    kept = read_traces(folder, 2)
    assert [rewrite.text for rewrite in kept] == ["x = 2", "x = 1"]
    assert kept[0].order == order(2)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in list_traces(folder)} == {0o600}


def test_only_the_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_log, "LAST", 2)
    log = TraceLog(tmp_path, "last")
    for number in range(5):
        log.record(trace(number))
    assert [rewrite.text for rewrite in read_traces(tmp_path, 10)] == ["x = 4", "x = 3"]


def test_those_of_version_1_can_be_done_again_and_are_older(tmp_path: Path) -> None:
    kept = {"model": "a-model", "order": order(7).model_dump(by_alias=True), "text": "x = 7"}
    old = json.dumps({**kept, "stats": STATS.model_dump(mode="json", by_alias=True)})
    (tmp_path / "01763750000000000000.json").write_text(old)
    TraceLog(tmp_path, "last").record(trace(8))
    assert [rewrite.order for rewrite in read_traces(tmp_path, 10)] == [order(8), order(7)]


def test_a_folder_that_cannot_be_written_stops_no_rewrite(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    TraceLog(tmp_path / "file", "all").record(trace(1))


def test_what_to_do_is_said_where_there_is_nothing_or_nonsense(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Set trace\.keep to last"):
        read_traces(tmp_path, 1)
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(ValueError, match="Delete that file"):
        read_traces(tmp_path, 1)
