"""Fences: the lines of backticks that set a text apart from the words around it."""

from __future__ import annotations

import re

_RUNS = re.compile(r"`{3,}|~{3,}")
_NOT_IN_A_TAG = re.compile(r"[^\w+#.-]", re.ASCII)

PROSE = frozenset(
    {"asciidoc", "git-commit", "latex", "markdown", "mdx", "plaintext", "quarto", "restructuredtext", "rmd"}
)
"""Languages whose text may gain a fenced block by an edit."""

TAGS = {
    "javascriptreact": "jsx",
    "plaintext": "text",
    "shellscript": "bash",
    "typescriptreact": "tsx",
}
"""What models write behind a fence, where it is not the LSP language identifier."""


def choose_fence(language: str, *texts: str) -> str:
    """Return a line of backticks longer than any fence in ``texts``, and than one that an edit may bring.

    Tildes count as well, so that a line of tildes of this length can only be the model's own wrapping.
    """
    shortest = 4 if language in PROSE else 3
    longest = max((len(run) for text in texts for run in _RUNS.findall(text)), default=0)
    return "`" * max(shortest, longest + 1)


def choose_tag(language: str) -> str:
    """Return what to write behind an opening fence for an LSP language identifier."""
    return _NOT_IN_A_TAG.sub("", TAGS.get(language, language))
