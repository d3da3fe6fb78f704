"""A draft model for every rewrite under way: one set of weights, a sequence for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from specedit_lsp.drafting.account import Account
from specedit_lsp.drafting.draft_model import DraftModel
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.settings import Settings


class DraftModels:
    """Lends draft models out, each to one rewrite at a time."""

    def __init__(self, make: Callable[[], DraftModel] | None) -> None:
        """``make`` makes one more; None if no rewrite is to have any."""
        self._make = make
        self._idle: list[DraftModel] = []

    @contextmanager
    def lend(self) -> Iterator[DraftModel | None]:
        """A draft model that nobody else uses in the block."""
        if self._make is None:
            yield None
            return
        model = self._idle.pop() if self._idle else self._make()
        try:
            yield model
        finally:
            self._idle.append(model)


def open_draft_model(settings: Settings, target: LoadedModel) -> Callable[[], DraftModel]:
    """Load the model that drafts and return what makes a drafter of it.

    One with another vocabulary works by way of text.

    Raises:
        ModelFault: it cannot be used; the message says why and what to do.
    """
    # It is small: to split it would cost more time than it saves.
    chosen = settings.model.model_copy(update={"path": settings.draft.model, "tensor_parallel": 1})
    loaded = load_model(chosen, lambda percent: None)
    same = loaded.tokenizer.get_vocab() == target.tokenizer.get_vocab()
    codec = None if same else TokenCodec(loaded.tokenizer, "")
    draft, account = settings.draft, Account()
    # What it says need not be exact, and on a processor a forward costs by its rows.
    shape = FREE if loaded.device.type == "cpu" else None
    return lambda: DraftModel(
        ModelRunner(loaded, shape),
        codec,
        draft.micro_draft_tokens,
        draft.max_num_run,
        draft.max_ngram,
        account,
    )
