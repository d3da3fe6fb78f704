"""Where the pinned projects come from: package registries by their own clients, and what is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.util import find_spec
from pathlib import Path


def locate_project(origin: str, name: str, version: str, folder: Path) -> Path:
    """The folder with the files of one project, downloaded and unpacked under `folder` if not there yet.

    `origin` is "wheel" (from PyPI), "npm", "debian", "installed" or "standard library". A download that
    fails raises `FileNotFoundError` and says which row of the table to mend.
    """
    if origin == "standard library":
        return Path(sysconfig.get_path("stdlib"))
    if origin == "installed":
        return locate_installed(name)
    target = folder / origin / name
    if not target.exists():
        downloads = folder / "downloads" / origin / name
        if not downloads.exists():
            download(origin, name, version, downloads)
        unpack(origin, downloads, target)
    return target


def locate_installed(name: str) -> Path:
    """The folder of an importable package."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{name} is not installed; install the extra [train]")
    return Path(spec.origin).parent


def download(origin: str, name: str, version: str, downloads: Path) -> None:
    """Fetch the archive of a project at its pinned version; `downloads` appears complete or not at all."""
    commands = {
        "wheel": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"],
        "npm": ["npm", "pack", "--silent"],
        "debian": ["apt-get", "download", "--quiet"],
    }
    pins = {"wheel": f"{name}=={version}", "npm": f"{name}@{version}", "debian": f"{name}={version}"}
    partial = downloads.with_name(f"{downloads.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    run = subprocess.run(
        [*commands[origin], pins[origin]], cwd=partial, check=False, capture_output=True, text=True
    )
    if run.returncode:
        raise FileNotFoundError(
            f"{pins[origin]} cannot be had from {origin}: pin another version in the row of {name} in "
            f"sources.toml\n{run.stderr}"
        )
    partial.rename(downloads)


def unpack(origin: str, downloads: Path, target: Path) -> None:
    """Unpack the archive in `downloads`; `target` appears complete or not at all."""
    archive = next(file for file in downloads.iterdir() if file.suffix in {".whl", ".tgz", ".deb"})
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    if origin == "wheel":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(partial)
    elif origin == "npm":
        with tarfile.open(archive) as package:
            package.extractall(partial, filter="data")
    else:
        subprocess.run(["dpkg", "-x", str(archive), str(partial)], check=True)
    partial.rename(target)
