"""Where the comments and strings of a piece of code are, by one regular expression for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass

DOUBLE = r'"(?:\\.|[^"\\\n])*"'
SINGLE = r"'(?:\\.|[^'\\\n])*'"
BACKTICK = r"`(?:\\.|[^`\\])*`"
SLASHES = r"//[^\n]*|/\*.*?\*/"
TRIPLE = r'"""(?:\\.|[^\\])*?"""|' + r"'''(?:\\.|[^\\])*?'''"
REGEX = r"(?<=[(=,:\[!&|?;])\s?/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\\\n/\[])+/"

SHAPES = {
    "python": (r"#[^\n]*", rf"\b[rbfuRBFU]{{1,2}}(?:{TRIPLE}|{DOUBLE}|{SINGLE})|{TRIPLE}|{DOUBLE}|{SINGLE}"),
    "javascript": (SLASHES, rf"{DOUBLE}|{SINGLE}|{BACKTICK}|{REGEX}"),
    "typescript": (SLASHES, rf"{DOUBLE}|{SINGLE}|{BACKTICK}|{REGEX}"),
    "c": (SLASHES, rf"{DOUBLE}|{SINGLE}"),
    "cpp": (SLASHES, rf'R"(?P<fence>[^(\s]*)\(.*?\)(?P=fence)"|{DOUBLE}|{SINGLE}'),
    "go": (SLASHES, rf"{DOUBLE}|{SINGLE}|`[^`]*`"),
    "rust": (
        SLASHES,
        r'\bb?r(?P<fence>#*)".*?"(?P=fence)|"(?:\\.|[^"\\])*"' + r"|'(?:\\[^'\n]+|[^\\'\n])'",
    ),
    "java": (SLASHES, rf"{TRIPLE}|{DOUBLE}|{SINGLE}"),
    "shell": (
        r"(?<!\S)#[^\n]*",
        r"""<<-?\s*['"]?(?P<fence>\w+)['"]?[^\n]*\n.*?\n\s*(?P=fence)(?!\w)|"(?:\\.|[^"\\])*"|'[^']*'""",
    ),
    "css": (r"/\*.*?\*/", rf"{DOUBLE}|{SINGLE}"),
    "html": (r"<!--.*?-->", r"""(?<==)(?:"[^"]*"|'[^']*')"""),
}
"""For each language the shape of its comments and that of its strings."""

PATTERNS = {
    language: re.compile(f"(?P<comment>{comment})|(?P<string>{string})", re.DOTALL)
    for language, (comment, string) in SHAPES.items()
}

STRING_FILLER, COMMENT_FILLER = "\x01", "\x02"
"""What stands for their characters in blanked text: neither letters nor blanks."""


@dataclass(frozen=True)
class Piece:
    """A comment or a string with its delimiters: `text[start:end]`."""

    kind: str
    """"comment" or "string"."""
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it starts and ends."""
        return self.start, self.end


def find_pieces(text: str, language: str) -> list[Piece]:
    """The comments and strings of `text`, in order.

    It knows no grammar, so that loose lines can be read too; an unclosed quote counts as code.
    """
    return [
        Piece(match.lastgroup if match.lastgroup in {"comment", "string"} else "string", *match.span())
        for match in PATTERNS[language].finditer(text)
    ]


def blank_pieces(text: str, pieces: list[Piece]) -> str:
    """`text` at the same length with all but the line ends of its comments and strings made filler."""
    parts, end = [], 0
    for piece in pieces:
        filler = STRING_FILLER if piece.kind == "string" else COMMENT_FILLER
        inside = text[piece.start : piece.end].split("\n")
        parts += [text[end : piece.start], "\n".join(filler * len(line) for line in inside)]
        end = piece.end
    return "".join(parts) + text[end:]
