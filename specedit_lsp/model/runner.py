"""One sequence at a time through the target model, forwards and back."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import DynamicCache

from specedit_lsp.model.faults import ContextOverflow, NumericalFault
from specedit_lsp.model.loading import LoadedModel


class ModelRunner:
    """Runs the target model over one growing sequence and keeps its cache. Not for two threads at once.

    In float32 the ids do not depend on how many tokens a forward has; in half precision those of close calls
    may.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        self._model = loaded.model
        self._device = loaded.device
        self.max_context = loaded.max_context
        """Tokens that the cache may hold."""
        self.vocabulary_size = loaded.vocabulary_size
        """Ids below this may be fed."""
        self.begin()

    def begin(self) -> None:
        """Forget the sequence and start an empty one."""
        # Built without the config: with it, layers with a window could not be rolled back.
        self._cache = DynamicCache()
        self.length = 0
        """Tokens in the cache."""
        self.forwards = 0
        """Forwards since the sequence began, prefill included."""

    @torch.inference_mode()
    def forward(self, token_ids: Sequence[int], keep: int) -> list[int]:
        """Append ``token_ids`` to the sequence, in one forward; return what the model would write next.

        The result has one id for each of the last ``keep`` tokens: the argmax over the vocabulary behind it.

        Raises:
            ContextOverflow: the model cannot attend to that many tokens; the sequence is as it was before.
            NumericalFault: the model's scores are not finite.
        """
        if self.length + len(token_ids) > self.max_context:
            raise ContextOverflow(
                f"{self.length + len(token_ids)} tokens do not fit into the model's context of "
                f"{self.max_context}. Select less, or lower context.maxTokens."
            )
        ids = torch.tensor([token_ids], dtype=torch.long, device=self._device)  # [1, tokens]
        output = self._model(ids, past_key_values=self._cache, use_cache=True, logits_to_keep=keep)
        self.length += len(token_ids)
        self.forwards += 1
        logits = output.logits[0, -keep:]  # [keep, vocab]; some models return all rows whatever is asked
        best = logits.argmax(dim=-1)  # [keep]
        top = logits.gather(-1, best[:, None])[:, 0]  # [keep]; NaN anywhere in a row is its argmax
        # A mark among the ids, so that host and device meet once per forward.
        found: list[int] = best.where(top.isfinite(), -1).tolist()
        if -1 in found:
            raise NumericalFault(
                "The model's scores are not numbers. Its weights may be damaged, or too large for "
                f"{self._model.dtype}: set model.dtype to float32, or fetch the model again."
            )
        return found

    def rollback(self, count: int) -> None:
        """Take the last ``count`` tokens out of the sequence."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot take {count} tokens out of {self.length}")
        self._cache.crop(-count)
        self.length -= count
