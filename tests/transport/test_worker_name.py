"""Which windows share a worker: those whose settings need the same process."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.settings import Settings, read_settings
from specedit_lsp.transport.local import worker_name
from specedit_lsp.transport.local.crash_log import MOST_CRASHES, WINDOW_SECONDS, CrashLog
from specedit_lsp.transport.local.processes import KnownProcess
from specedit_lsp.transport.local.worker_name import name_worker, process_settings


def settings_of(raw: dict[str, Any]) -> Settings:
    settings, problems = read_settings(raw)
    assert problems == []
    return settings


@pytest.mark.parametrize(
    "raw",
    [
        {"draft": {"sources": [], "width": 7, "branches": 2}},
        {"draft": {"maxNgram": 3}},  # there is no draft model whose it were
        {"context": {"maxTokens": 0}},
        {"stream": {"mode": "atomic"}},
        {"log": {"level": "error"}},
        {"worker": {"idleMinutes": 0}},
        {"presets": {}},
    ],
)
def test_what_an_order_can_say_needs_no_worker_of_its_own(raw: dict[str, Any]) -> None:
    assert name_worker(settings_of(raw)) == name_worker(Settings())


@pytest.mark.parametrize(
    "raw",
    [
        {"model": {"path": "other"}},
        {"model": {"dtype": "bfloat16"}},
        {"draft": {"model": "small"}},
        {"draft": {"model": "small", "maxNgram": 3}},
        {"worker": {"threads": 1}},
        {"log": {"level": "debug"}},
        {"trace": {"keep": "last"}},
    ],
)
def test_what_the_process_is_decides_its_name(raw: dict[str, Any]) -> None:
    names = {name_worker(settings_of(raw)), name_worker(settings_of(raw)), name_worker(Settings())}
    assert len(names) == 2


def test_versions_and_devices_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_worker(Settings())
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert name_worker(Settings()) != name
    monkeypatch.undo()
    monkeypatch.setattr(worker_name, "VERSION", "9.9.9")
    assert name_worker(Settings()).startswith("9.9.9-")


def test_a_folder_is_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    near, far = (settings_of({"model": {"path": path}}) for path in ("model", str(tmp_path / "model")))
    assert name_worker(near) == name_worker(far)
    assert process_settings(near).model.path == str(tmp_path / "model")
    assert process_settings(settings_of({"model": {"path": "org/name"}})).model.path == "org/name"


def test_pauses_double_and_old_crashes_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CrashLog(tmp_path / "crashes")
    assert log.pause() == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    pauses = []
    for _ in range(MOST_CRASHES):
        assert not log.is_full
        log.add()
        pauses.append(round(log.pause(), 3))
    assert pauses == [0.5, 1, 2, 4, 8]
    assert log.is_full
    monkeypatch.setattr(time, "time", lambda: now + WINDOW_SECONDS)
    assert log.recent() == []
    monkeypatch.setattr(time, "time", lambda: now - 1)
    assert log.recent() == [], "the clock was set back"


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', '["x", null]'])
def test_a_crash_log_that_is_none_counts_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "crashes"
    path.write_text(content)
    assert CrashLog(path).recent() == []
    CrashLog(path).add()
    assert len(json.loads(path.read_text())) == 1


async def test_a_number_that_is_used_again_is_another_process() -> None:
    this = KnownProcess.this()
    assert this.is_alive
    assert this.memory_megabytes
    later = this.model_copy(update={"started": this.started - 60})
    assert not later.is_alive
    assert later.memory_megabytes is None
    await later.terminate(0)  # we are still here
    assert await later.wait(0)
    assert not await this.wait(0.1)
