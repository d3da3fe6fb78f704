"""A tokenizer as draft sources see it: text to ids, and single ids to bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specedit_lsp.prompting.tokens import encode_text, encode_texts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_BEHIND_LINE_END = re.compile(r"(?<=\n)(?=\S)|(?<=\n)(?=[ \t]+\S)")
_BEFORE_LINE_END = re.compile(r"(?<=\S)(?=\n+[ \t]*\S)")
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
        self._spelt: dict[int, bytes] = {}
        self._cut = _find_cut(tokenizer)
        self._lines: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """Return the ids of plain text, no special tokens among them.

        Lines that were encoded before are looked up, where the tokenizer never joins what this cuts apart.
        """
        if self._cut is None:
            return self._encode_first(text)
        lines = self._cut.split(text)
        ids: list[int] = []
        if self._opening and not (self._cut is _BEHIND_LINE_END and lines[0] and not lines[0][0].isspace()):
            ids += self._encode_first(lines.pop(0))
        unknown = [line for line in dict.fromkeys(lines) if line not in self._lines]
        if unknown:
            self._lines.update(zip(unknown, encode_texts(self._tokenizer, unknown), strict=True))
        for line in lines:
            ids += self._lines[line]
        return ids

    def _encode_first(self, text: str) -> list[int]:
        """Return the ids of text behind the opener."""
        if self._opening:
            whole = encode_texts(self._tokenizer, [self._opener + text])[0]
            if whole[: len(self._opening)] == self._opening:
                return whole[len(self._opening) :]
        return encode_texts(self._tokenizer, [text])[0]

    def spell(self, token: int) -> bytes:
        """Return the UTF-8 bytes that a token adds to an answer; none for a special token."""
        if token not in self._spelt:
            self._spelt[token] = b"" if token in self._special else self._spell(token)
        return self._spelt[token]

    def _spell(self, token: int) -> bytes:
        piece = str(self._tokenizer.convert_ids_to_tokens(token))
        if self._alphabet is not None and all(character in self._alphabet for character in piece):
            return bytes(self._alphabet[character] for character in piece)
        if byte := _BYTE_TOKEN.fullmatch(piece):
            return bytes([int(byte[1], 16)])
        return piece.replace("▁", " ").encode()


def _find_cut(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str] | None:
    """Return where text can be cut so that its pieces have the tokens that they have in it; None for nowhere.

    Either behind line ends, as in tokenizers that follow GPT-4's pattern, or before them.
    """
    for cut in (_BEHIND_LINE_END, _BEFORE_LINE_END):
        if all(
            [token for piece in cut.split(probe) for token in encode_text(tokenizer, piece)]
            == encode_text(tokenizer, probe)
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
