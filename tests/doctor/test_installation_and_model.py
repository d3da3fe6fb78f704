"""Each check of the installation, the device and the model is red or noted once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from specedit_lsp.catalogue.device import Device
from specedit_lsp.catalogue.known_models import find_known_model
from specedit_lsp.doctor.device import check_device, check_memory, judge_memory
from specedit_lsp.doctor.environment import check_environment, check_log_folder, check_package
from specedit_lsp.doctor.model_files import check_draft_model, check_formats, check_hashes, check_model
from specedit_lsp.model.checkpoint import find_folder
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings

MINI = find_folder("specedit-mini")


def test_a_package_that_is_not_there_is_named_with_what_installs_it() -> None:
    finding = check_package("no-such-package")
    assert not finding.ok
    assert "pip install 'specedit-lsp[local]'" in finding.advice
    assert check_package("pydantic").ok


def test_another_specedit_on_the_path_is_noted(tmp_path: Path) -> None:
    own = check_environment(str(Path(sys.prefix, "bin", "specedit")))
    assert own.advice == ""
    assert sys.prefix in own.says
    assert "leads to another one" in check_environment(str(tmp_path / "specedit")).advice
    assert "not on the PATH" in check_environment(None).advice


def test_a_log_folder_that_cannot_be_written(tmp_path: Path) -> None:
    assert check_log_folder(tmp_path).ok
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    finding = check_log_folder(tmp_path / "file")
    assert not finding.ok
    assert "make room" in finding.advice


def test_a_device_that_is_not_there() -> None:
    finding, device = check_device(ModelSettings(device="cuda:7"))
    assert device is None
    assert not finding.ok
    assert "Set model.device" in finding.advice


def test_memory_by_context_length() -> None:
    shape = find_known_model("qwen2.5-coder-7b").shape
    weights = shape.needed_bytes(0, "bfloat16")
    finding = judge_memory(shape, "bfloat16", weights)
    assert not finding.ok
    assert "specedit models" in finding.advice
    finding = judge_memory(shape, "bfloat16", weights + shape.cache_bytes(10_000, "bfloat16"))
    assert finding.ok
    assert "Longer rewrites than 8k tokens" in finding.advice
    assert judge_memory(shape, "bfloat16", 2 * weights).advice == ""
    assert all(f"{length}k tokens" in finding.says for length in (4, 8, 16, 32))


def test_memory_of_a_folder_without_weights(tmp_path: Path) -> None:
    _, device = check_device(ModelSettings(device="cpu"))
    assert device is not None
    assert not check_memory(tmp_path, device, ModelSettings()).ok
    finding = check_memory(MINI, device, ModelSettings())
    assert finding.ok
    assert "2k tokens" in finding.says


def test_memory_of_a_model_that_is_split_is_that_of_all_its_gpus() -> None:
    device = Device("a card", "cuda:0", "bfloat16", free_bytes=15_000_000)
    assert not check_memory(MINI, device, ModelSettings()).ok
    assert check_memory(MINI, device, ModelSettings(tensor_parallel=2)).ok


def test_a_model_that_is_not_there_or_lacks_files(tmp_path: Path) -> None:
    [finding], folder = check_model(str(tmp_path / "nowhere"))
    assert (finding.ok, folder) == (False, None)
    assert "nowhere" in finding.says
    shutil.copytree(MINI, tmp_path / "mini")
    (tmp_path / "mini" / "tokenizer.json").unlink()
    [finding], _ = check_model(str(tmp_path / "mini"))
    assert "no tokenizer" in finding.says


def test_pickles_are_noted(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    assert check_formats(tmp_path).advice == ""
    (tmp_path / "pytorch_model.bin").touch()
    assert "pytorch_model.bin can run code" in check_formats(tmp_path).advice


def test_weights_are_hashed_and_compared(tmp_path: Path) -> None:
    content = b"weights"
    sha = hashlib.sha256(content).hexdigest()
    blob = tmp_path / sha
    blob.write_bytes(content)
    folder = tmp_path / "snapshot"
    folder.mkdir()
    os.symlink(blob, folder / "model.safetensors")
    [finding] = check_hashes(folder, None)
    assert (finding.ok, finding.says) == (True, f"model.safetensors {sha}")
    [finding] = check_hashes(folder, 3)
    assert "--full" in finding.advice
    blob.write_bytes(b"harm")
    [finding] = check_hashes(folder, None)
    assert not finding.ok
    assert "fetch the model again" in finding.advice


def test_the_draft_model(tmp_path: Path) -> None:
    def check(name: str) -> tuple[bool, str]:
        finding = check_draft_model(Settings(draft=DraftSettings(model=name)))
        return finding.ok, finding.says + finding.advice

    assert check("") == (True, "none; there are eight other sources of drafts")
    assert check(str(MINI)) == (True, f"{MINI}, with the target model's tokenizer")
    ok, says = check(str(tmp_path / "nowhere"))
    assert not ok
    assert "Mend draft.model" in says
    shutil.copytree(MINI, tmp_path / "other")
    path = tmp_path / "other" / "tokenizer.json"
    told = json.loads(path.read_text())
    words = told["model"]["vocab"]
    words["return"], words["def"] = words["def"], words["return"]
    path.write_text(json.dumps(told))
    ok, says = check(str(tmp_path / "other"))
    assert ok
    assert "by way of text" in says
    path.write_text("{}")
    ok, says = check(str(tmp_path / "other"))
    assert not ok
    assert "cannot be loaded" in says
