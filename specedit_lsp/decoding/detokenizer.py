"""Verified tokens to text, as soon as the text is final."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from transformers import PreTrainedTokenizerBase

_BYTE_TOKEN = re.compile(r"<0x[0-9A-Fa-f]{2}>")
_UNFINISHED = "\ufffd"
_ANCHOR = 8


class Detokenizer:
    """Turns a stream of token ids into pieces of text that join to the text of all of them.

    Only a window is decoded: the new tokens behind an anchor of a few old ones. The anchor carries what
    decoders look back for: the first bytes of a character, and whether a leading space belongs to the text.
    A piece ends before a character whose bytes have not all come, so it may be empty. Special tokens have
    no text.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, after: Sequence[int] = ()) -> None:
        """``after`` are the ids in front of the stream, without which some decoders drop a first space."""
        self._tokenizer = tokenizer
        flagged = (token for token, added in tokenizer.added_tokens_decoder.items() if added.special)
        self._special = frozenset(tokenizer.all_special_ids).union(flagged)
        # Without byte tokens, whose text may depend on byte tokens that follow.
        near = after[-64:]
        plain = [token for token in near if token not in self._special and not self._is_byte(token)]
        self._window = plain[-_ANCHOR:]
        # Characters of the window's text that have been given out, or were never asked for.
        self._given = len(self._decode(self._window))

    def feed(self, ids: Sequence[int]) -> str:
        """Take in the next tokens; return the text that they make final."""
        self._window += [token for token in ids if token not in self._special]
        end = len(self._window) - self._count_trailing_bytes()
        text = self._decode(self._window[:end]).removesuffix(_UNFINISHED)
        piece = text[self._given :]
        # A character has at most four bytes, hence a cut inside one is over within the anchor.
        start = max(0, end - _ANCHOR)
        self._window = self._window[start:]
        self._given = len(self._decode(self._window[: end - start]).removesuffix(_UNFINISHED))
        return piece

    def finish(self) -> str:
        """Return the rest, whole characters or not. The stream is over."""
        return self._decode(self._window)[self._given :]

    def _decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), clean_up_tokenization_spaces=False))

    def _count_trailing_bytes(self) -> int:
        """Byte tokens at the end: SentencePiece decides on a whole run of them whether it is text."""
        return sum(1 for _ in takewhile(self._is_byte, reversed(self._window)))

    def _is_byte(self, token: int) -> bool:
        return _BYTE_TOKEN.fullmatch(str(self._tokenizer.convert_ids_to_tokens(token))) is not None
