"""What the trainer must know of each language: its files, its comments, its grammar."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache

from tree_sitter import Language as Grammar
from tree_sitter import Parser

from specedit_lsp.training.corpus.python_blocks import parses_as_python


@dataclass(frozen=True)
class Language:
    """One language that edits are made in."""

    name: str
    suffixes: tuple[str, ...]
    """Of its source files."""
    line_comment: str | None
    """What begins a comment that ends with the line; None where there is no such thing."""
    block_comment: tuple[str, str] | None
    """What begins and ends a comment of any length."""
    grammar: str
    """Module of the tree-sitter grammar and the name of its function."""


SLASHES = ("/*", "*/")

LANGUAGES = {
    language.name: language
    for language in (
        Language("python", (".py",), "#", None, "tree_sitter_python:language"),
        Language(
            "javascript", (".js", ".mjs", ".cjs", ".jsx"), "//", SLASHES, "tree_sitter_javascript:language"
        ),
        Language(
            "typescript", (".ts", ".mts", ".cts"), "//", SLASHES, "tree_sitter_typescript:language_typescript"
        ),
        Language("c", (".c", ".h"), "//", SLASHES, "tree_sitter_c:language"),
        Language(
            "cpp", (".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx"), "//", SLASHES, "tree_sitter_cpp:language"
        ),
        Language("go", (".go",), "//", SLASHES, "tree_sitter_go:language"),
        Language("rust", (".rs",), "//", SLASHES, "tree_sitter_rust:language"),
        Language("java", (".java",), "//", SLASHES, "tree_sitter_java:language"),
        Language("shell", (".sh", ".bash"), "#", None, "tree_sitter_bash:language"),
        Language("css", (".css",), None, SLASHES, "tree_sitter_css:language"),
        Language("html", (".html", ".htm"), None, ("<!--", "-->"), "tree_sitter_html:language"),
    )
}


@cache
def parser_for(language: str) -> Parser:
    """The tree-sitter parser of a language."""
    module, function = LANGUAGES[language].grammar.split(":")
    return Parser(Grammar(getattr(importlib.import_module(module), function)()))


def parses(text: str, language: str) -> bool:
    """Whether `text` by itself is free of syntax errors: by Python's own parser or by tree-sitter's."""
    if language == "python":
        return parses_as_python(text)
    return not parser_for(language).parse(text.encode()).root_node.has_error
