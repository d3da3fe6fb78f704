"""Rewrites that are kept: only if the user wants it, only for the user's eyes, and no more than asked for."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker import trace_log
from specedit_lsp.worker.trace_log import TraceLog, list_traces, read_traces
from tests.worker.conftest import STATS, ScriptedEngine, serve
from tests.worker.test_rotation import text_of


def order(number: int) -> RewriteOrder:
    return RewriteOrder(instruction=f"instruction {number}", selection="x = 1", before="é\n")


def test_nothing_is_kept_unless_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "traces"
    TraceLog(folder, "none", "a-model").record(order(1), "x = 2", STATS)
    assert not folder.exists()


def test_the_newest_come_first_and_only_the_user_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "traces"
    log = TraceLog(folder, "all", "a-model")
    for number in range(3):
        log.record(order(number), f"x = {number}", STATS)
    traced = read_traces(folder, 2)
    assert [rewrite.text for rewrite in traced] == ["x = 2", "x = 1"]
    assert traced[0].order == order(2)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in list_traces(folder)} == {0o600}


def test_only_the_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_log, "LAST", 2)
    log = TraceLog(tmp_path, "last", "a-model")
    for number in range(5):
        log.record(order(number), f"x = {number}", STATS)
    assert [rewrite.text for rewrite in read_traces(tmp_path, 10)] == ["x = 4", "x = 3"]


def test_a_folder_that_cannot_be_written_stops_no_rewrite(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    TraceLog(tmp_path / "file", "all", "a-model").record(order(1), "x = 2", STATS)


def test_what_to_do_is_said_where_there_is_nothing_or_nonsense(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Set trace\.keep to last"):
        read_traces(tmp_path, 1)
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(ValueError, match="Delete that file"):
        read_traces(tmp_path, 1)


async def test_the_worker_records_what_came_to_its_end(tmp_path: Path) -> None:
    log = TraceLog(tmp_path / "traces", "all", "scripted")
    async with serve(tmp_path, ScriptedEngine(), record=log.record) as worker, worker.client() as client:
        assert await text_of(client, "one two") == "onetwo"
    (traced,) = read_traces(tmp_path / "traces", 5)
    assert (traced.text, traced.order.instruction) == ("onetwo", "one two")
