"""What a machine can do for the model."""

from __future__ import annotations

import os

import pytest

from specedit_lsp.worker.engine.calibration import choose_threads


@pytest.mark.parametrize(("cores", "threads"), [({3}, 1), ({0, 5}, 1), (set(range(4)), 3)])
def test_cores_that_the_process_may_not_use_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, cores: set[int], threads: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: cores, raising=False)
    assert choose_threads() == threads
