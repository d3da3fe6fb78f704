"""Processes of a split model that do not start, end, hang or fail: one error, and nobody is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import torch
from transformers import AutoTokenizer

from specedit_lsp.model.device_faults import is_device_lost, is_out_of_memory
from specedit_lsp.model.faults import FollowerLost, ModelFault
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.parallel import followers
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import Reason, RewriteOrder
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import EngineLost, OrderRefused
from tests.model.split_models import settings_of, split_model, write_checkpoint

ORDER = RewriteOrder(instruction="rename a to b", selection="a = 1\n", language="python")
LEADER = """
import sys
from specedit_lsp.model.loading import load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import ModelSettings
loaded = load_model(ModelSettings.model_validate_json(sys.argv[1]))
print(*loaded.followers.pids, flush=True)
runner = ModelRunner(loaded)
while True:
    runner.forward([1])
    runner.cut(0)
"""


@pytest.fixture(scope="module")
def folder(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = AutoTokenizer.from_pretrained(template)
    return write_checkpoint(tmp_path_factory.mktemp("llama"), "llama", tokenizer, context=2048)


@pytest.fixture
def loaded(folder: Path) -> Iterator[LoadedModel]:
    with split_model(settings_of(folder)) as model:
        yield model


def follower_of(loaded: LoadedModel) -> psutil.Process:
    assert loaded.followers is not None
    (pid,) = loaded.followers.pids
    return psutil.Process(pid)


def test_one_that_does_not_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(ModelFault, match="cannot be split: rank 1 of 2 ended with status 3"):
        load_model(settings_of(folder))


def test_one_that_says_what_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'print(\'{"fault": "no room on this card"}\'); input()'
    monkeypatch.setattr(followers, "COMMAND", (sys.executable, "-c", script))
    with pytest.raises(ModelFault, match="rank 1 of 2 failed: no room on this card"):
        load_model(settings_of(folder))


def test_one_that_dies_is_a_lost_device(loaded: LoadedModel) -> None:
    engine = ModelEngine(loaded, Settings())
    next(engine.rewrite(ORDER, lambda: False))
    follower_of(loaded).kill()
    with pytest.raises(EngineLost, match="rank 1 of 2 ended with status -9"):
        list(engine.rewrite(ORDER, lambda: False))


def test_one_that_hangs_is_a_lost_device(loaded: LoadedModel) -> None:
    assert loaded.followers is not None
    runner, follower = ModelRunner(loaded), follower_of(loaded)
    loaded.followers.patience = 1.0
    follower.suspend()
    with pytest.raises(FollowerLost, match="a rank of 2 hangs") as lost:
        runner.forward([1, 2, 3])
    assert is_device_lost(lost.value)
    assert not is_out_of_memory(lost.value)
    assert psutil.wait_procs([follower], timeout=30)[1] == []
    runner.forget()
    with pytest.raises(FollowerLost, match="a rank of 2 hangs"):
        runner.forward([1, 2, 3])


def test_too_little_memory_is_told_first_and_needs_a_new_worker_then(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ModelEngine(loaded, Settings())

    def fail(*arguments: object) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(ModelRunner, "_run_free", fail)
    with pytest.raises(OrderRefused, match=r"not enough memory: the model takes") as refused:
        list(engine.rewrite(ORDER, lambda: False))
    assert refused.value.reason is Reason.OUT_OF_MEMORY
    with pytest.raises(EngineLost, match="CUDA out of memory"):
        list(engine.rewrite(ORDER, lambda: False))


def test_all_end_with_a_process_that_is_killed(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEADER, settings_of(folder).model_dump_json()]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as leader:
        assert leader.stdout is not None
        (follower,) = [psutil.Process(int(pid)) for pid in leader.stdout.readline().split()]
        assert any(tmp_path.iterdir())
        # In the midst of a forward, most likely.
        time.sleep(0.5)
        os.kill(leader.pid, signal.SIGKILL)
    assert psutil.wait_procs([follower], timeout=60)[1] == []
    assert not any(tmp_path.iterdir()), "nor is a file left over"
