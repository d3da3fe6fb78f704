"""Real edits nobody here wrote: functions that changed from one release of a PyPI package to another."""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.text.lines import normalise_line_ends, split_lines

LONGEST = 5000
"""Characters that either side of a pair may have."""
CONTEXT = 6000
"""Characters of the old file on either side of the function."""


@dataclass(frozen=True, slots=True)
class Releases:
    """Two releases of one package."""

    package: str
    old: str
    new: str

    @classmethod
    def parse(cls, text: str) -> Releases:
        """Return the releases that ``NAME:OLD:NEW`` names.

        Raises:
            ValueError: the text is not of that form.
        """
        parts = text.split(":")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not of the form NAME:OLD:NEW, such as click:8.1.8:8.2.1")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method in a file, decorators included, as whole lines."""

    name: str
    """Qualified: with the classes and functions around it."""
    first: int
    """Index of its first line."""
    last: int
    """Index behind its last line."""


def make_release_pairs(releases: Releases) -> list[EditCase]:
    """Return an edit for each function that both releases have, with different text.

    The instruction is derived from the name alone, the context from the old file. Files are matched by path,
    functions by qualified name; names that a file defines more than once are left out, and so are functions
    of more than ``LONGEST`` characters.

    Raises:
        RuntimeError: a release cannot be downloaded; the message has pip's own words.
    """
    with tempfile.TemporaryDirectory() as folder:
        old, new = (
            read_wheel(download(releases.package, version, Path(folder) / version))
            for version in (releases.old, releases.new)
        )
    return [
        case
        for path in sorted(old.keys() & new.keys())
        for case in pair_functions(f"{releases.package}/{path}", old[path], new[path])
    ]


def download(package: str, version: str, folder: Path) -> Path:
    """Return the wheel of a release, fetched by pip into ``folder``.

    Raises:
        RuntimeError: pip failed.
    """
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder)]
    run = subprocess.run([*command, f"{package}=={version}"], capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if run.returncode or not wheels:
        raise RuntimeError(f"{package} {version} cannot be downloaded:\n{run.stderr.strip()}")
    return wheels[0]


def read_wheel(path: Path) -> dict[str, str]:
    """Return the Python files of a wheel, path to text, all line ends ``\\n``."""
    with zipfile.ZipFile(path) as wheel:
        names = [name for name in wheel.namelist() if name.endswith(".py")]
        return {name: normalise_line_ends(wheel.read(name).decode("utf-8", "replace")) for name in names}


def pair_functions(path: str, old: str, new: str) -> Iterator[EditCase]:
    """Yield the functions of one file that changed, in the order of the old one."""
    if old == new:
        return
    old_lines, new_lines = split_lines(old), split_lines(new)
    targets = {function.name: function for function in find_functions(new)}
    for function in find_functions(old):
        target = targets.get(function.name)
        if target is None:
            continue
        before = "".join(old_lines[function.first : function.last])
        after = "".join(new_lines[target.first : target.last])
        if before != after and max(len(before), len(after)) <= LONGEST:
            yield EditCase(
                id=f"{path}:{function.name}",
                language="python",
                instruction=f"Update the function {function.name} to the new release.",
                before=before,
                after=after,
                context_before="".join(reversed(_take(reversed(old_lines[: function.first])))),
                context_after="".join(_take(old_lines[function.last :])),
            )


def _take(lines: Iterable[str]) -> list[str]:
    """Return the first of the lines, ``CONTEXT`` characters of them at most."""
    kept: list[str] = []
    room = CONTEXT
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def find_functions(text: str) -> list[Function]:
    """Return the functions and methods of a file that are not inside another, each name once.

    A file that this Python cannot parse has none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text)
    except SyntaxError:
        return []
    found = list(_walk(tree, ""))
    names = [function.name for function in found]
    return [function for function in found if names.count(function.name) == 1]


def _walk(node: ast.AST, prefix: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            yield Function(prefix + child.name, first - 1, child.end_lineno or child.lineno)
        elif isinstance(child, ast.ClassDef):
            yield from _walk(child, f"{prefix}{child.name}.")
        else:
            yield from _walk(child, prefix)


def main() -> None:
    """Write the pairs of the releases on the command line, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="make_release_pairs", description=__doc__)
    parser.add_argument("releases", nargs="+", metavar="NAME:OLD:NEW")
    parser.add_argument("--out", type=Path, help="a file; standard output by default")
    options = parser.parse_args()
    try:
        pairs = [make_release_pairs(Releases.parse(text)) for text in options.releases]
    except (ValueError, RuntimeError) as error:
        parser.error(str(error))
    lines = "".join(case.to_json() + "\n" for cases in pairs for case in cases)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(lines, encoding="utf-8")
    else:
        sys.stdout.write(lines)
    for text, cases in zip(options.releases, pairs, strict=True):
        sys.stderr.write(f"{text}: {len(cases)} functions changed\n")


if __name__ == "__main__":
    main()
