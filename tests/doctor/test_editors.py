"""Editors are asked by running them: here by programs that answer, do not answer, or fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from specedit_lsp.doctor import editors
from specedit_lsp.doctor.editors import RECIPES, check_editors, check_neovim, check_recipe, check_vscode
from specedit_lsp.version import VERSION


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def install(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return name


def test_vscode_by_the_version_of_our_extension(programs: Path) -> None:
    code = install(programs, "code", f"echo other.thing@1.0; echo specedit.specedit@{VERSION}")
    finding = check_vscode(code)
    assert (finding.ok, finding.says) == (True, f"extension, version {VERSION}")
    install(programs, "code", "echo specedit.specedit@9.9.9")
    finding = check_vscode(code)
    assert not finding.ok
    assert f"server is version {VERSION}" in finding.advice
    install(programs, "code", "echo other.thing@1.0")
    finding = check_vscode(code)
    assert finding.ok
    assert "--install-extension" in finding.advice


def test_an_editor_that_hangs_or_fails_costs_itself_alone(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editors, "PATIENCE_SECONDS", 0.2)
    install(programs, "code", "exec sleep 60")
    install(programs, "nvim", "echo broken >&2; exit 3")
    install(programs, "hx", "echo helix 25.01")
    found = {finding.name: finding for finding in check_editors(tmp_path)}
    assert "no answer within" in found["code"].says
    assert "Try by hand: code --list-extensions" in found["code"].advice
    assert not found["nvim"].ok
    assert found["hx"].ok


def test_neovim_by_the_version_in_its_runtime_path(programs: Path) -> None:
    nvim = install(programs, "nvim", f"printf 'specedit={VERSION} in /home/me/specedit/lua/specedit'")
    finding = check_neovim(nvim)
    assert (finding.ok, finding.says) == (True, f"plugin in /home/me/specedit, version {VERSION}")
    install(programs, "nvim", "true")
    assert "editors/nvim" in check_neovim(nvim).advice


def test_editors_without_a_plugin_by_their_configuration(programs: Path, tmp_path: Path) -> None:
    helix = RECIPES[0]
    install(programs, helix.program, "echo helix 25.01")
    assert "not set up" in check_recipe(helix, tmp_path).says
    path = tmp_path / helix.configurations[0]
    path.parent.mkdir(parents=True)
    path.write_text("[language-server.specedit]")
    finding = check_recipe(helix, tmp_path)
    assert finding.says == f"helix 25.01; {path} names specedit"


def test_no_editor_at_all(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(programs))
    [finding] = check_editors(tmp_path)
    assert finding.ok
