"""`specedit bench server` and `specedit bench fuzz`: a short run of each, and what they print."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from rich.console import Console

from specedit_lsp.evaluation import server_latency
from specedit_lsp.evaluation.server_latency import (
    Memory,
    ServerFigures,
    measure_idle_server,
    measure_server,
    read_memory,
)
from specedit_lsp.evaluation.server_report import describe_machine, to_json, to_table


async def test_both_servers_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_latency, "PIECES", 10)
    monkeypatch.setattr(server_latency, "STARTS", 1)
    ours, idle = await measure_server(100), await measure_idle_server(100)
    # A hunk that was late enough to leave with the next one is timed by what left last.
    assert 3 <= len(ours.hunks) <= 10
    assert 3 <= len(ours.loaded_hunks) <= 10
    assert 0 < min(ours.hunks) < 10
    assert min(ours.answers) > 0
    assert len(idle.answers) > 10
    assert not idle.hunks
    if ours.memory and idle.memory:
        assert ours.memory.resident > ours.memory.unique > idle.memory.unique > 10


def test_the_memory_of_this_very_process() -> None:
    before = read_memory(os.getpid())
    if before is None:
        pytest.skip("this system does not tell")
    ballast = bytearray(os.urandom(1_000_000) * 50)
    after = read_memory(os.getpid())
    assert after is not None
    assert 45 < after.unique - before.unique < 60
    assert len(ballast) == 50_000_000


def test_what_is_shown() -> None:
    ours = ServerFigures("ours", (1.0,), Memory(70, 50), (0.001,) * 94 + (0.009,) * 6, (0.5,), (0.002,), 200)
    idle = ServerFigures("idle", (0.5,), None)
    console = Console(width=120, file=io.StringIO())
    with console.capture() as capture:
        console.print(to_table((ours, idle), describe_machine()))
    shown = capture.get()
    assert "1.0 / 9.0" in shown
    assert "200 code actions/s" in shown
    assert "CPUs" in shown
    rows = to_json((ours, idle), "here")["servers"]
    assert rows[0]["hunk_ms"] == {"p50": 1.0, "p95": 9.0, "worst": 9.0, "count": 100}
    assert "hunk_ms" not in rows[1]
    assert "unique_mb" not in rows[1]


def test_the_fuzzer_prints_its_seed_and_what_came_back() -> None:
    command = [sys.executable, "-m", "specedit_lsp", "bench", "fuzz", "--messages", "40", "--seed", "3"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("seed 3: 40 messages in 1 sessions, ")
    assert "answers still" in run.stdout
