"""Where code is prose: the strings and comments of most languages, found without a grammar."""

from __future__ import annotations

PROSE = {
    "strings": r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"
    r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`",
    "comments": r"/\*[\s\S]*?\*/|<!--[\s\S]*?-->|(?:(?<=\s)|^)(?:#|//)[^\n]*",
}
"""Patterns, to be compiled with ``re.MULTILINE``."""
