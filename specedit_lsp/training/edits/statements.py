"""Lines that are statements by themselves and can be deleted, moved or added."""

from __future__ import annotations

import re

from specedit_lsp.training.corpus.python_blocks import parses_as_python
from specedit_lsp.training.edits.scanning import blank_pieces, find_pieces

CLOSERS = {")": "(", "]": "[", "}": "{"}
SEMICOLONS = frozenset({"javascript", "typescript", "c", "cpp", "rust", "java"})
BLOCK_WORDS = re.compile(
    r"(?:if|else|elif|for|while|do|done|then|fi|case|esac|default|switch|match|try|catch|finally)\b"
)
DEFINITIONS = re.compile(
    r"(?:pass|class|def|import|from|package|func|fn|function|using|namespace|typedef|template)\b"
)
DEFINITION = re.compile(
    r"(?:class|def|async|import|from|export|public|private|protected|interface|type|struct|fn|pub|func|package"
    r"|function|static|template|using|use|impl|mod|enum|trait|inline|constexpr|virtual|explicit|#"
    r"|else|elif|except|case|finally|catch)\b"
)
HTML_ELEMENT = re.compile(r"<(\w[\w-]*)(?: [^<>]*)?>[^<>]*</\1>|<(?:br|hr|img|input|link|meta)\b[^<>]*>")
CSS_DECLARATION = re.compile(r"-{0,2}[a-z][a-z-]*: ?[^{};\n]+;")


def is_balanced(code: str) -> bool:
    """Whether every bracket has its partner."""
    open_brackets: list[str] = []
    for character in code:
        if character in "([{":
            open_brackets.append(character)
        elif character in CLOSERS and (not open_brackets or open_brackets.pop() != CLOSERS[character]):
            return False
    return not open_brackets


def is_statement(line: str, language: str) -> bool:
    """Whether a stripped line is a complete simple statement that may be moved about."""
    if len(line) < 3 or BLOCK_WORDS.match(line) or DEFINITIONS.match(line):
        return False
    match language:
        case "html":
            return HTML_ELEMENT.fullmatch(line) is not None
        case "css":
            return CSS_DECLARATION.fullmatch(line) is not None
        case "python":
            return line[0] not in "#@\"'" and line[-1] not in ":,([{" and parses_as_python(line)
    code = blank_pieces(line, find_pieces(line, language))
    if (
        "\x02" in code
        or code[0] in "#@.\x01})]&|?:+-*/,"
        or not is_balanced(code)
        or "'" in code
        or '"' in code
    ):
        return False
    if language in SEMICOLONS:
        return code.count(";") == 1 and code.endswith(";") and len(code) > 4
    if code[-1] in "{([,\\|&:.+=;" or "{" in code:
        return False
    if language == "go":
        return (
            re.match(
                r"[\w.*\[\], ]+(?: :?= |\+\+|--|\(| [-+*/|&]= )|return\b|defer |go |break|continue", code
            )
            is not None
        )
    return re.match(r"[a-z_]\w*=|[a-z][\w-]+ |return\b|shift\b|exit\b|export ", code) is not None


def begins_definition(line: str) -> bool:
    """Whether a line begins a definition or an import, or goes on with a compound statement."""
    return DEFINITION.match(line) is not None
