"""What editors and people call a language, and what it is called here."""

from __future__ import annotations

_ALIASES = {
    "bash": "shell",
    "c++": "cpp",
    "golang": "go",
    "javascriptreact": "javascript",
    "js": "javascript",
    "jsx": "javascript",
    "less": "css",
    "py": "python",
    "rs": "rust",
    "scss": "css",
    "sh": "shell",
    "shellscript": "shell",
    "ts": "typescript",
    "tsx": "typescript",
    "typescriptreact": "typescript",
    "vue": "html",
    "zsh": "shell",
}


def name_language(language: str) -> str:
    """Return the one name of a language for all that it is called; any other name in lower case."""
    return _ALIASES.get(language.lower(), language.lower())
