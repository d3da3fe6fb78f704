"""`specedit doctor` with a real worker: green where all is well, and red with words where it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from specedit_lsp.cli import doctor
from specedit_lsp.cli.app import app


def examine(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = CliRunner().invoke(app, ["doctor", "--json", *arguments])
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    return done.exit_code, findings


def test_all_is_well_with_the_bundled_model() -> None:
    status, findings = examine()
    assert status == 0
    assert all(finding["ok"] for finding in findings.values())
    assert "specedit-mini on c" in findings["worker"]["says"]
    assert "forwards" in findings["edit"]["says"]
    assert "the same text without drafts" in findings["exactness"]["says"]


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, findings = examine("--model", str(tmp_path / "nowhere"))
    assert status == 1
    assert not findings["worker"]["ok"]
    assert "nowhere" in findings["worker"]["says"]
    assert "edit" not in findings


def test_a_package_that_is_not_there_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_PACKAGES", ("no-such-package",))
    monkeypatch.setattr(doctor, "_try_model", lambda model: iter(()))
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "look no-such-package: It is not installed. Run: pip install" in done.stdout
