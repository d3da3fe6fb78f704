"""Tokenizers for replays: the bundled one, a model's folder, or a bare ``tokenizer.json``."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from specedit_lsp.model.checkpoint import BUNDLED, find_folder, read_tokenizer
from specedit_lsp.model.faults import ModelFault

CHATML = """\
{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}{{ eos_token }}
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
"""What a tokenizer without a chat template gets. One without ChatML's tokens spells them out."""

_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "</s>", "<|endoftext|>", "<eos>")
"""Tokens that end an answer, for a tokenizer that does not say which of its own does; the first wins."""


def load_tokenizer(path: str = BUNDLED) -> PreTrainedTokenizerBase:
    """Return a tokenizer with a chat template and an end token.

    ``path`` is the bundled model's name, a folder, or a ``tokenizer.json`` that may be gzipped. A folder may
    hold just that file.

    Raises:
        ValueError: there is no tokenizer, it cannot be loaded, or it has no token that ends an answer.
    """
    bare = _find_bare(Path(path).expanduser())
    try:
        tokenizer = _load_bare(bare) if bare else read_tokenizer(find_folder(path))
    except ModelFault as error:
        raise ValueError(str(error)) from error
    if tokenizer.eos_token is None:
        raise ValueError(
            f"the tokenizer in {path} has no token that ends an answer; name one as its eos_token"
        )
    tokenizer.chat_template = tokenizer.chat_template or CHATML
    return tokenizer


def _find_bare(path: Path) -> Path | None:
    """Return the tokenizer file that comes without a configuration, if that is what ``path`` names."""
    if path.is_file():
        return path
    if (path / "tokenizer_config.json").is_file():
        return None
    candidates = (path / "tokenizer.json", path / "tokenizer.json.gz")
    return next((file for file in candidates if file.is_file()), None)


def _load_bare(path: Path) -> PreTrainedTokenizerBase:
    data = path.read_bytes()
    try:
        inner = Tokenizer.from_str((gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8"))
    except Exception as error:  # what the tokenizers library raises has no narrower type
        raise ValueError(f"{path} is no tokenizer.json: {error}") from error
    end = next((token for token in _ENDS if inner.token_to_id(token) is not None), None)
    make: Callable[..., PreTrainedTokenizerBase] = PreTrainedTokenizerFast
    return make(tokenizer_object=inner, eos_token=end)
