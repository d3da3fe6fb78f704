"""Loading the draft model of a replay. The only file here that needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specedit_lsp.model.faults import ModelFault
from specedit_lsp.model.loading import load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import ModelSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def load_draft_model(path: str, tokenizer: PreTrainedTokenizerBase) -> ModelRunner:
    """Return a runner of the model in a folder, which must have the vocabulary of ``tokenizer``.

    Raises:
        ValueError: the model cannot be loaded, or its tokens are others.
    """
    try:
        loaded = load_model(ModelSettings(path=path))
    except ModelFault as error:
        raise ValueError(str(error)) from error
    if loaded.tokenizer.get_vocab() != tokenizer.get_vocab():
        raise ValueError(f"the draft model in {path} has another tokenizer than --tokenizer names")
    return ModelRunner(loaded)
