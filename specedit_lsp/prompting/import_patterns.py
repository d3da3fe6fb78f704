"""What imports look like in a language, named by its LSP identifier."""

from __future__ import annotations

import re
from types import MappingProxyType

from specedit_lsp.prompting.fences import PROSE

_ECMASCRIPT = r"import\b|export\b.*\bfrom\b|(?:const|let|var)\b.*=\s*require\b"
_C = r"#\s*(?:include|import)\b|@import\b|using\b"
_JVM = r"(?:import|package)\b"
_STYLESHEET = r"@(?:import|use|forward)\b"

_IMPORTS = MappingProxyType(
    {
        "c": _C,
        "cpp": _C,
        "csharp": r"(?:global\s+)?using\b|namespace\b.*;",
        "cuda-cpp": _C,
        "elixir": r"(?:alias|import|require|use)\b",
        "go": _JVM,
        "groovy": _JVM,
        "java": _JVM,
        "javascript": _ECMASCRIPT,
        "javascriptreact": _ECMASCRIPT,
        "kotlin": _JVM,
        "less": _STYLESHEET,
        "lua": r"local\b.*=\s*require\b|require\b",
        "objective-c": _C,
        "php": r"(?:use|namespace|require|require_once|include|include_once)\b",
        "python": r"import\b|from\s+\S+\s+import\b",
        "ruby": r"(?:require|require_relative|load)\b",
        "rust": r"(?:pub(?:\(\w+\))?\s+)?(?:use\b|extern\s+crate\b|mod\s+\w+;)",
        "scala": _JVM,
        "scss": _STYLESHEET,
        "shellscript": r"(?:source|\.)\s",
        "svelte": _ECMASCRIPT,
        "swift": r"import\b",
        "typescript": _ECMASCRIPT,
        "typescriptreact": _ECMASCRIPT,
        "vue": _ECMASCRIPT,
    }
)
_ANY_IMPORT = r"(?:import|using|use|require)\b|from\s+\S+\s+import\b|#\s*include\b"


def import_pattern(language: str) -> re.Pattern[str] | None:
    """Return what a line that begins an import starts with; None where a language has none."""
    return None if language in PROSE else re.compile(_IMPORTS.get(language, _ANY_IMPORT))
