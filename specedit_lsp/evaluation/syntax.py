"""Whether code is free of syntax errors, as far as this installation can tell."""

from __future__ import annotations

from specedit_lsp.training.corpus.python_blocks import parses_as_python


def parses(text: str, language: str) -> bool | None:
    """Return whether ``text`` by itself is sound, or None for a language that there is no grammar of here.

    Python is judged by its own parser, others by the tree-sitter grammars that the extra ``train`` installs.
    """
    if language == "python":
        return parses_as_python(text)
    try:
        from specedit_lsp.training.corpus import languages

        return languages.parses(text, language) if language in languages.LANGUAGES else None
    except ImportError:
        return None
