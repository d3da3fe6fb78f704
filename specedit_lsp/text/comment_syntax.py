"""How a comment is written in each language that editors have a name for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class CommentSyntax:
    """The comments of one language."""

    line: tuple[str, ...] = ()
    """What begins a comment that ends with its line."""
    block: tuple[tuple[str, str], ...] = ()
    """What opens and closes a comment."""


_HASH = CommentSyntax(line=("#",))
_SLASHES = CommentSyntax(line=("//",), block=(("/*", "*/"),))
_DASHES = CommentSyntax(line=("--",))
_PERCENT = CommentSyntax(line=("%",))
_SEMICOLONS = CommentSyntax(line=(";",))
_MARKUP = CommentSyntax(block=(("<!--", "-->"),))
_STYLES = CommentSyntax(block=(("/*", "*/"),))
_COMPONENT = CommentSyntax(line=("//",), block=(("/*", "*/"), ("<!--", "-->")))
_SCRIPTED_MARKUP = CommentSyntax(line=("//",), block=(("/*", "*/"), ("{/*", "*/}")))

COMMENT_SYNTAXES: Mapping[str, CommentSyntax] = MappingProxyType(
    {
        "ada": _DASHES,
        "bat": CommentSyntax(line=("REM ", "rem ", "::")),
        "bibtex": _PERCENT,
        "c": _SLASHES,
        "clojure": _SEMICOLONS,
        "cmake": _HASH,
        "coffeescript": _HASH,
        "cpp": _SLASHES,
        "csharp": _SLASHES,
        "css": _STYLES,
        "cuda-cpp": _SLASHES,
        "dart": _SLASHES,
        "dockerfile": _HASH,
        "elixir": _HASH,
        "elm": CommentSyntax(line=("--",), block=(("{-", "-}"),)),
        "erlang": _PERCENT,
        "fortran": CommentSyntax(line=("!",)),
        "fsharp": CommentSyntax(line=("//",), block=(("(*", "*)"),)),
        "gdscript": _HASH,
        "go": _SLASHES,
        "graphql": _HASH,
        "groovy": _SLASHES,
        "haskell": CommentSyntax(line=("--",), block=(("{-", "-}"),)),
        "hcl": CommentSyntax(line=("#", "//"), block=(("/*", "*/"),)),
        "html": _MARKUP,
        "ini": CommentSyntax(line=(";", "#")),
        "java": _SLASHES,
        "javascript": _SLASHES,
        "javascriptreact": _SCRIPTED_MARKUP,
        "jsonc": _SLASHES,
        "julia": CommentSyntax(line=("#",), block=(("#=", "=#"),)),
        "kotlin": _SLASHES,
        "latex": _PERCENT,
        "less": _SLASHES,
        "lisp": _SEMICOLONS,
        "lua": CommentSyntax(line=("--",), block=(("--[[", "]]"),)),
        "makefile": _HASH,
        "markdown": _MARKUP,
        "matlab": _PERCENT,
        "nix": CommentSyntax(line=("#",), block=(("/*", "*/"),)),
        "objective-c": _SLASHES,
        "objective-cpp": _SLASHES,
        "ocaml": CommentSyntax(block=(("(*", "*)"),)),
        "pascal": CommentSyntax(line=("//",), block=(("{", "}"), ("(*", "*)"))),
        "perl": _HASH,
        "php": CommentSyntax(line=("//", "#"), block=(("/*", "*/"),)),
        "powershell": CommentSyntax(line=("#",), block=(("<#", "#>"),)),
        "proto": _SLASHES,
        "python": _HASH,
        "r": _HASH,
        "ruby": _HASH,
        "rust": _SLASHES,
        "sass": _SLASHES,
        "scala": _SLASHES,
        "scheme": _SEMICOLONS,
        "scss": _SLASHES,
        "shellscript": _HASH,
        "solidity": _SLASHES,
        "sql": CommentSyntax(line=("--",), block=(("/*", "*/"),)),
        "starlark": _HASH,
        "svelte": _COMPONENT,
        "swift": _SLASHES,
        "terraform": CommentSyntax(line=("#", "//"), block=(("/*", "*/"),)),
        "tex": _PERCENT,
        "toml": _HASH,
        "typescript": _SLASHES,
        "typescriptreact": _SCRIPTED_MARKUP,
        "vim": CommentSyntax(line=('"',)),
        "vue": _COMPONENT,
        "xml": _MARKUP,
        "yaml": _HASH,
        "zig": CommentSyntax(line=("//",)),
    }
)
"""By LSP language identifier."""

_ALIASES = {
    "bash": "shellscript",
    "c++": "cpp",
    "docker": "dockerfile",
    "jsx": "javascriptreact",
    "make": "makefile",
    "objc": "objective-c",
    "protobuf": "proto",
    "sh": "shellscript",
    "tsx": "typescriptreact",
    "zsh": "shellscript",
}


def comment_syntax_of(language: str) -> CommentSyntax | None:
    """The comments of a language, by its LSP identifier or what Neovim, Helix and Emacs call it."""
    name = language.lower()
    return COMMENT_SYNTAXES.get(_ALIASES.get(name, name))
