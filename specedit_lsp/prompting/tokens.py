"""Text to token ids, keeping the user's text apart from the tokens that steer a model.

A source file may hold ``<|im_end|>`` as plain text. What the user wrote is therefore encoded with the
matching of special tokens switched off, and only the templates' own text with it switched on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# Characters of the private use area: no template strips, escapes or contains them.
_MARK = re.compile("\ue000(\\w+)\ue001")


def mark(name: str) -> str:
    """Return what stands for the user's text called ``name`` in a rendered template."""
    return f"\ue000{name}\ue001"


def encode_text(tokenizer: PreTrainedTokenizerBase, text: str, after: str = "") -> list[int]:
    """Return the ids of text that steers nothing, as they are when ``after`` stands in front of it.

    Where a token would reach from ``after`` into the text, the text is encoded by itself.
    """
    if after:
        both, front = encode_text(tokenizer, after + text), encode_text(tokenizer, after)
        if both[: len(front)] == front:
            return both[len(front) :]
    return _encode(tokenizer, text, as_text=True)


def encode_line(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Return the ids of a short text that steers nothing.

    Past transformers' own checks, which take longer than the encoding of a line.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return encode_text(tokenizer, text)
    backend.encode_special_tokens = True  # transformers sets it anew for each call of its own
    # Alone: it takes longer to wake the threads that share a batch than to encode some lines.
    ids: list[int] = backend.encode_batch_fast([text], add_special_tokens=False)[0].ids
    return ids


def encode_control(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Return the ids of a template's own text, special tokens included."""
    return _encode(tokenizer, text, as_text=False)


def encode_marked(tokenizer: PreTrainedTokenizerBase, rendered: str, fields: Mapping[str, str]) -> list[int]:
    """Return the ids of a rendered template, with the user's ``fields`` where their marks are.

    Raises:
        ValueError: a mark is missing or there twice: the chat template changes what it is given.
    """
    pieces = _MARK.split(rendered)
    if sorted(pieces[1::2]) != sorted(fields):
        raise ValueError("the model's chat template does not show each message exactly once")
    ids = encode_control(tokenizer, pieces[0]) if pieces[0] else []
    for before, name, behind in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
        ids += encode_text(tokenizer, fields[name], after="\n" if before.endswith("\n") else "")
        ids += encode_control(tokenizer, behind) if behind else []
    return ids


def _encode(tokenizer: PreTrainedTokenizerBase, text: str, as_text: bool) -> list[int]:
    # Not verbose: the tokenizer would log a warning for text longer than the model reads.
    ids: list[int] = tokenizer.encode(
        text, add_special_tokens=False, split_special_tokens=as_text, verbose=False
    )
    return ids
