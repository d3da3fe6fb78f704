"""The installation: versions, packages, the environment, the logs."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from specedit_lsp.doctor.finding import Finding
from specedit_lsp.transport.logs import log_folder
from specedit_lsp.version import VERSION

PACKAGES = ("pygls", "torch", "transformers", "huggingface-hub", "safetensors")
"""What a rewrite on this machine needs besides."""
INSTALL = "Run: pip install 'specedit-lsp[local]'"


def check_installation() -> Iterator[Finding]:
    """Versions, and where this installation is."""
    found = f"specedit {VERSION}, Python {platform.python_version()}, {platform.platform()}"
    yield Finding("versions", ok=True, says=found)
    yield check_environment(shutil.which("specedit"))
    yield from (check_package(name) for name in PACKAGES)
    yield check_log_folder(log_folder())


def check_environment(program: str | None) -> Finding:
    """The environment that runs this, and whether ``program``, what the PATH has for it, is the same one."""
    is_own = sys.prefix != sys.base_prefix
    kind = "virtual environment" if is_own else "the system's Python, no virtual environment"
    says = f"{sys.prefix} ({kind}), {_installer()}"
    if program is None:
        advice = "specedit is not on the PATH: give your editor the full path of this environment's specedit."
        return Finding("environment", ok=True, says=says, advice=advice)
    if Path(program).resolve().parent != Path(sys.prefix, "bin").resolve() and is_own:
        advice = f"The PATH leads to another one, {program}: editors may run that."
        return Finding("environment", ok=True, says=says, advice=advice)
    return Finding("environment", ok=True, says=says)


def check_package(name: str) -> Finding:
    """One package by its version."""
    try:
        return Finding(name, ok=True, says=version(name))
    except PackageNotFoundError:
        return Finding(name, ok=False, says="It is not installed.", advice=INSTALL)


def check_log_folder(folder: Path) -> Finding:
    """Whether logs can be written."""
    probe = folder / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        advice = f"Nothing can be written there ({error.strerror}): make room, or give it back to your user."
        return Finding("logs", ok=False, says=str(folder), advice=advice)
    return Finding("logs", ok=True, says=str(folder))


def _installer() -> str:
    package = distribution("specedit-lsp")
    installer = (package.read_text("INSTALLER") or "unknown").strip()
    origin = json.loads(package.read_text("direct_url.json") or "{}")
    editable = origin.get("dir_info", {}).get("editable")
    where = f", {'editable ' if editable else ''}from {origin['url']}" if "url" in origin else ""
    return f"installed by {installer}{where}"
