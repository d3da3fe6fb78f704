"""Characters that cannot be seen, or that act on what shows them, made visible."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls: a terminal obeys them
    "\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # formats: no width, or another direction
    "\ud800-\udfff"  # halves of characters
    "]"
)


def make_visible(text: str) -> str:
    """Return text with ``\\x1b``, ``\\u202e`` and so on for what is not seen but tabs and line ends."""
    return _UNSEEN.sub(lambda match: _name(ord(match[0])), text)


def _name(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
