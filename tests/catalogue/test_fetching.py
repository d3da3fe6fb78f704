"""`specedit models fetch` against a hub on this machine, in processes of their own as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from specedit_lsp.catalogue.known_models import find_known_model
from specedit_lsp.catalogue.memory import read_shape
from specedit_lsp.doctor.finding import Finding
from specedit_lsp.doctor.model_files import check_model
from specedit_lsp.model.checkpoint import find_folder
from tests.catalogue.hub import NAME, Hub, serve_hub

MINI = find_folder("specedit-mini")
KEPT = ("config.json", "tokenizer.json", "tokenizer_config.json", "specedit.json", "model.safetensors")
Check = Callable[[Path], tuple[list[Finding], Path | None]]
UNWANTED = {"pytorch_model.bin": b"pickle", "onnx/config.json": b"{}", "original/model.safetensors": b"x"}


@pytest.fixture
def hub() -> Iterator[Hub]:
    files = {name: (MINI / name).read_bytes() for name in KEPT}
    with serve_hub({**files, **UNWANTED}) as running:
        yield running


def specedit(home: Path, url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
        "HF_HOME": str(home),
        "HF_ENDPOINT": url,
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        **more,
    }
    command = [sys.executable, "-m", "specedit_lsp", "models", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Check:
    """What `specedit models check` finds of the model in a hub's cache."""

    def look(home: Path) -> tuple[list[Finding], Path | None]:
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
        return check_model(NAME)

    return look


def test_only_what_is_needed_comes_and_can_be_used(hub: Hub, tmp_path: Path, check: Check) -> None:
    run = specedit(tmp_path, hub.url, "fetch", NAME)
    assert run.returncode == 0, run.stderr
    assert "all hashes are right" in run.stdout
    assert "read its licence yourself" in run.stderr
    assert {name for name, _ in hub.asked} == set(KEPT)

    findings, folder = check(tmp_path)
    assert folder is not None
    assert findings[-1].says.startswith("model.safetensors ")
    assert read_shape(folder).parameters == find_known_model("specedit-mini").shape.parameters

    hub.asked.clear()
    run = specedit(tmp_path, hub.url, "fetch", NAME)
    assert run.returncode == 0, run.stderr
    assert "0.00 GB to fetch" in run.stderr
    assert hub.asked == []


def test_what_was_cut_off_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = 12_000_000
    runs = [specedit(tmp_path, hub.url, "fetch", NAME)]
    # The hub's library tries again by itself; if it has given up, the next call goes on.
    if runs[0].returncode:
        assert "goes on from there" in runs[0].stderr
        runs.append(specedit(tmp_path, hub.url, "fetch", NAME))
    assert runs[-1].returncode == 0, runs[-1].stderr
    ranges = [wanted for name, wanted in hub.asked if name == "model.safetensors"]
    assert ranges[0] == ""
    assert ranges[-1] == "bytes=10485760-"  # the library writes pieces of 10 MiB


def test_damaged_weights_are_removed(hub: Hub, tmp_path: Path, check: Check) -> None:
    hub.harm = True
    run = specedit(tmp_path, hub.url, "fetch", NAME)
    assert run.returncode == 1
    assert "model.safetensors came damaged and was removed" in run.stderr
    findings, _ = check(tmp_path)
    assert not findings[0].ok
    hub.harm = False
    assert specedit(tmp_path, hub.url, "fetch", NAME).returncode == 0


def test_what_cannot_be_fetched(hub: Hub, tmp_path: Path) -> None:
    missing = specedit(tmp_path, hub.url, "fetch", "nobody/nothing")
    assert missing.returncode == 1
    assert "The hub has no model nobody/nothing" in missing.stderr

    del hub.files["model.safetensors"], hub.files["original/model.safetensors"]
    pickles = specedit(tmp_path, hub.url, "fetch", NAME)
    assert pickles.returncode == 1
    assert "no weights in safetensors format" in pickles.stderr

    unknown = specedit(tmp_path, hub.url, "fetch", "gpt-9")
    assert unknown.returncode == 2
    assert "qwen2.5-coder-7b" in unknown.stderr


@pytest.mark.parametrize(("offline", "words"), [("0", "cannot be reached"), ("1", "HF_HUB_OFFLINE is set")])
def test_without_a_connection(tmp_path: Path, offline: str, words: str) -> None:
    run = specedit(tmp_path, "http://127.0.0.1:9", "fetch", "qwen2.5-coder-0.5b", HF_HUB_OFFLINE=offline)
    assert run.returncode == 1
    assert words in run.stderr
    assert "model.path" in run.stderr
    assert "Traceback" not in run.stderr
