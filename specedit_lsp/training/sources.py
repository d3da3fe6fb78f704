"""The pinned, permissively licensed projects that the training and held-out functions come from."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from specedit_lsp.training.functions import Function, extract_project, read_functions, write_functions

MAX_FUNCTIONS_PER_PROJECT = 12_000


@dataclass(frozen=True)
class Source:
    """One project: where its Python files come from, under which licence, and whether it is held out."""

    name: str
    version: str
    licence: str
    held_out: bool = False
    origin: str = "wheel"  # or "installed", or "standard library"


def read_sources() -> list[Source]:
    """The table `sources.toml` beside this file."""
    table = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
    return [Source(**row) for row in table["source"]]


def fetch_wheels(sources: list[Source], folder: Path) -> None:
    """Download and unpack the wheels that `folder` lacks, one folder for each project."""
    for source in sources:
        target = folder / source.name
        if source.origin == "wheel" and not target.exists():
            wheels = folder / "wheels" / source.name
            if not wheels.exists():
                download_wheel(source, wheels)
            with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
                wheel.extractall(target, [name for name in wheel.namelist() if name.endswith(".py")])


def download_wheel(source: Source, folder: Path) -> None:
    """Fetch the one wheel of `source` at its pinned version."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--dest", str(folder), f"{source.name}=={source.version}"], check=True)


def locate_source(source: Source, folder: Path) -> Path:
    """The folder with the Python files of `source`."""
    if source.origin == "standard library":
        return Path(sysconfig.get_path("stdlib"))
    if source.origin == "installed":
        spec = find_spec(source.name)
        if spec is None or spec.origin is None:
            raise FileNotFoundError(f"{source.name} is not installed")
        return Path(spec.origin).parent
    return folder / source.name


def build_corpus(folder: Path) -> dict[str, int]:
    """Write `train.jsonl` and `held_out.jsonl` under `folder`; return the functions taken from each project.

    A function whose text also stands in a held-out project is never trained on.
    """
    sources = read_sources()
    fetch_wheels(sources, folder / "sources")
    seen: set[str] = set()
    counts: dict[str, int] = {}
    chosen: dict[bool, list[Function]] = {True: [], False: []}
    for source in sorted(sources, key=lambda source: not source.held_out):
        found = extract_project(source.name, locate_source(source, folder / "sources"))
        fresh = [function for function in found if function.text not in seen]
        seen.update(function.text for function in fresh)
        fresh = fresh[:: -(-len(fresh) // MAX_FUNCTIONS_PER_PROJECT) or 1]
        chosen[source.held_out] += fresh
        counts[source.name] = len(fresh)
    write_functions(chosen[True], folder / "held_out.jsonl")
    write_functions(chosen[False], folder / "train.jsonl")
    return counts


def load_corpus(folder: Path, held_out: bool) -> list[Function]:
    """The training or the held-out functions written by `build_corpus`."""
    return read_functions(folder / ("held_out.jsonl" if held_out else "train.jsonl"))
