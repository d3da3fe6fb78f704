"""The packages that this project is tested with are written down, with hashes: scripts/requirements.lock."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
LOCK = ROOT / "scripts" / "requirements.lock"
PIN = re.compile(
    r"(?P<requirement>[^\s;]+==[^\s;]+)(?: ; [^\\]+)? ?\\\n"
    r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
)


def locked() -> dict[str, list[Version]]:
    """The locked versions by name: several where they differ between systems."""
    text = LOCK.read_text()
    assert PIN.sub("", text) == "", "every line belongs to a version with hashes"
    versions: dict[str, list[Version]] = {}
    for pin in PIN.finditer(text):
        name, version = pin["requirement"].split("==")
        versions.setdefault(canonicalize_name(name), []).append(Version(version))
    return versions


def declared() -> Iterator[Requirement]:
    """What a user's installation asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["local"]):
        yield Requirement(line)


def test_the_lock_is_in_step_with_what_is_declared() -> None:
    versions = locked()
    requirements = [*declared()]
    assert len(requirements) > 10
    for requirement in requirements:
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement} is not locked: run scripts/lock"
        for version in found:
            assert version in requirement.specifier, f"{requirement}: run scripts/lock"


def test_the_lock_has_the_versions_that_the_scripts_install() -> None:
    versions = locked()
    for line in (ROOT / "scripts" / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            constraint = Requirement(line)
            assert all(version in constraint.specifier for version in versions[constraint.name])


def test_no_package_comes_from_an_address() -> None:
    assert "://" not in LOCK.read_text()
    assert not any(requirement.url for requirement in declared())
