"""A tokenizer as draft sources see it: text to ids, and single ids to bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from specedit_lsp.prompting.tokens import encode_line, encode_text

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# Each begins with a line end, which a search for looks for first.
_BEHIND = re.compile(r"\n(?=[ \t]*\S)")
_BEFORE = re.compile(r"\n(?<=\S\n)(?=\n*[ \t]*\S)")
_PROBES = (
    "def f(x):\n    return {\n        'a': [1],\n\n\n    }\n\nclass A;\n\tb = c\n",
    "x = 1  # é\n  y()\n\n  \n\tz!\n};\n    'text'\n\"\n\n    /* */\n",
    "a \n b\n\t\t(c)\t\n\n\n d\n12\n  -3 \n",
)
_BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")


class TokenCodec:
    """Encodes text as it stands in an answer that goes on from ``opener``, and spells tokens."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, opener: str) -> None:
        self._tokenizer = tokenizer
        self._opener = opener
        self._opening = encode_text(tokenizer, opener) if opener else []
        flagged = (token for token, added in tokenizer.added_tokens_decoder.items() if added.special)
        self._special = frozenset(tokenizer.all_special_ids).union(flagged)
        self._alphabet = _byte_alphabet() if _is_byte_level(tokenizer) else None
        self.spell: Callable[[int], bytes] = _Memory(self._spell).__getitem__
        """The UTF-8 bytes that a token adds to an answer; none for a special token."""
        self._cut = _find_cut(tokenizer)
        self._lines: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """Return the ids of plain text, no special tokens among them.

        Lines that were encoded before are looked up, where the tokenizer never joins what this cuts apart.
        """
        if self._cut is None:
            return self._encode_first(text)
        lines = self._cut(text)
        ids: list[int] = []
        if self._opening and not (self._cut is cut_behind and lines[0] and not lines[0][0].isspace()):
            ids += self._encode_first(lines.pop(0))
        for line in lines:
            if line not in self._lines:
                self._lines[line] = encode_line(self._tokenizer, line)
            ids += self._lines[line]
        return ids

    def _encode_first(self, text: str) -> list[int]:
        """Return the ids of text behind the opener."""
        if self._opening:
            whole = encode_line(self._tokenizer, self._opener + text)
            if whole[: len(self._opening)] == self._opening:
                return whole[len(self._opening) :]
        return encode_line(self._tokenizer, text)

    def _spell(self, token: int) -> bytes:
        if token in self._special:
            return b""
        piece = str(self._tokenizer.convert_ids_to_tokens(token))
        if self._alphabet is not None and all(character in self._alphabet for character in piece):
            return bytes(self._alphabet[character] for character in piece)
        if byte := _BYTE_TOKEN.fullmatch(piece):
            return bytes([int(byte[1], 16)])
        return piece.replace("▁", " ").encode()


class _Memory(dict[int, bytes]):
    """What a function returned, asked once for each: nothing is looked up more often than spelling."""

    def __init__(self, function: Callable[[int], bytes]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: int) -> bytes:
        value = self[key] = self._function(key)
        return value


def cut_behind(text: str) -> list[str]:
    """Cut behind line ends, as tokenizers that follow GPT-4's pattern do."""
    return _cut(text, [match.end() for match in _BEHIND.finditer(text)])


def cut_before(text: str) -> list[str]:
    """Cut before line ends."""
    return _cut(text, [match.start() for match in _BEFORE.finditer(text)])


def _cut(text: str, places: list[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *places, len(text)])]


def _find_cut(tokenizer: PreTrainedTokenizerBase) -> Callable[[str], list[str]] | None:
    """Return what cuts text so that its pieces have the tokens that they have in it; None if nothing does."""
    for cut in (cut_behind, cut_before):
        if all(
            [token for piece in cut(probe) for token in encode_line(tokenizer, piece)]
            == encode_line(tokenizer, probe)
            for probe in _PROBES
        ):
            return cut
    return None


def _is_byte_level(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether a line end is spelt in the alphabet of GPT-2, in which each byte is a visible character."""
    return any("Ċ" in token for token in tokenizer.convert_ids_to_tokens(encode_text(tokenizer, "a\nb")))


def _byte_alphabet() -> dict[str, int]:
    """Return the byte that each character of GPT-2's alphabet stands for (Radford et al., 2019).

    Visible characters of Latin-1 stand for themselves, the others for characters from U+0100 on, in order.
    """
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(0x100) if byte not in visible]
    return {chr(byte): byte for byte in visible} | {chr(0x100 + n): byte for n, byte in enumerate(hidden)}
