"""The blocks of one unpacked project: which of its files count, and in which language they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from specedit_lsp.training.corpus.blocks import Block
from specedit_lsp.training.corpus.grammar_blocks import extract_with_grammar
from specedit_lsp.training.corpus.languages import LANGUAGES
from specedit_lsp.training.corpus.python_blocks import extract_python

VENDORED = frozenset(
    {
        "_vendor", "vendor", "vendored", "_vendored", "extern", "externals", "_distutils", "site-packages",
        "node_modules", "third_party", "third-party", "deps",
    }
)  # fmt: skip
"""Folders with copies of other projects: they would smuggle held-out code into the training text."""

BUILT = (".min.js", ".min.css", ".d.ts", ".d.mts", ".d.cts", ".pb.go", ".bundle.js")
"""Ends of the names of files that nobody wrote by hand."""


MAX_FILES = 500
"""Of one project and language, that are read."""

Item = TypeVar("Item")


def extract_project(project: str, languages: Sequence[str], root: Path) -> Iterator[Block]:
    """Blocks in the named languages under `root`, each text once, in the order of the file names.

    Of a very large project only some files are read, evenly spread: a small part of it is kept anyway.
    """
    files: dict[str, list[Path]] = {language: [] for language in languages}
    for path in sorted(root.rglob("*")):
        if VENDORED.isdisjoint(path.relative_to(root).parts) and not path.name.endswith(BUILT):
            language = tell_language(path, languages)
            if language is not None:
                files[language].append(path)
    seen: set[str] = set()
    for language, paths in files.items():
        for path in spread(paths, MAX_FILES):
            for block in extract_source(project, language, path.read_bytes()):
                if block.text not in seen:
                    seen.add(block.text)
                    yield block


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """All `items`, or `most` of them at even distances."""
    number = min(len(items), most)
    return [items[index * len(items) // number] for index in range(number)]


def extract_source(project: str, language: str, source: bytes) -> Iterator[Block]:
    """Every block of one source file."""
    if language == "python":
        return extract_python(project, source)
    return extract_with_grammar(project, language, source)


def tell_language(path: Path, languages: Sequence[str]) -> str | None:
    """Which of `languages` a file is in, by its suffix or its first line; None if in none of them.

    A header belongs to C++ in a project that is not said to have any C.
    """
    if not path.is_file() or path.is_symlink():
        return None
    for name in languages:
        if path.suffix in LANGUAGES[name].suffixes or (name == "cpp" and path.suffix == ".h"):
            return name
    if "shell" in languages and not path.suffix:
        with path.open("rb") as file:
            first = file.readline(100).rstrip()
        return "shell" if first.startswith(b"#!") and first.endswith((b"/sh", b"bash", b" sh")) else None
    return None
