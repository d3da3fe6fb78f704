"""All parts name one version, and scripts/check_versions.py finds one that does not."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from specedit_lsp.version import VERSION

ROOT = Path(__file__).parent.parent


@pytest.fixture
def check_versions() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_versions", ROOT / "scripts" / "check_versions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_parts_name_one_version(check_versions: ModuleType) -> None:
    found = check_versions.read_versions(ROOT)
    # What is not released yet has no version in the changelogs.
    changelogs = {place: found.pop(place) for place in list(found) if place.endswith("CHANGELOG.md")}
    assert set(found.values()) == {VERSION}
    assert set(changelogs.values()) <= {VERSION, "none"}
    assert set(check_versions.read_protocols(ROOT).values()) == {"1"}


def test_a_part_of_another_version_is_found(
    check_versions: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for place in (*check_versions.read_versions(ROOT), *check_versions.read_protocols(ROOT)):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / place, tmp_path / place)
    for place in ("CHANGELOG.md", "editors/vscode/CHANGELOG.md"):
        (tmp_path / place).write_text(f"# Changelog\n\n## {VERSION} – 2026-11-21\n")
    monkeypatch.setattr(check_versions, "ROOT", tmp_path)
    assert check_versions.main() == 0
    assert capsys.readouterr().out == f"{VERSION}\n"
    (tmp_path / "editors/nvim/lua/specedit/version.lua").write_text('return "9.9.9"\n')
    assert check_versions.main() == 1
    assert "version 9.9.9 in editors/nvim/lua/specedit/version.lua" in capsys.readouterr().err
