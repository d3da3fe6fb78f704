"""One sequence at a time through the target model, forwards and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    def forward(
        self, token_ids: Sequence[int], guesses: Sequence[int] = (), parents: Sequence[int] | None = None
    ) -> list[int]:
        """Append ``token_ids`` and then ``guesses`` to the sequence, in one forward.

        Return what the model would write next: the argmax over the vocabulary behind the last of
        ``token_ids``, and behind each guess. With ``parents`` the guesses are a tree: each follows the guess
        whose index is given, or ``token_ids`` where it is -1; a parent comes before its children. After such
        a forward :meth:`keep` must be called before the next one.

        Raises:
            ContextOverflow: the model cannot attend to that many tokens; the sequence is as it was before.
            NumericalFault: the model's scores are not finite.
        """
        count = len(token_ids) + len(guesses)
        if self.length + count > self.max_context:
            raise ContextOverflow(
                f"{self.length + count} tokens do not fit into the model's context of "
                f"{self.max_context}. Select less, or lower context.maxTokens."
            )
        ids = torch.tensor([[*token_ids, *guesses]], dtype=torch.long, device=self._device)  # [1, tokens]
        keep = 1 + len(guesses)
        tree = {} if parents is None else self._arrange(len(token_ids), parents)
        output = self._model(ids, past_key_values=self._cache, use_cache=True, logits_to_keep=keep, **tree)
        self.length += count
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

    @torch.inference_mode()
    def keep(self, guesses: int, agreed: Sequence[int]) -> None:
        """Of the last ``guesses`` tokens keep those at the indices ``agreed``, which go up, in a row."""
        start = self.length - guesses
        if start < 0 or (agreed and agreed[-1] >= guesses):
            raise ValueError(f"cannot keep {list(agreed)} of {guesses} tokens, the last of {self.length}")
        if list(agreed) != list(range(len(agreed))):
            rows = torch.tensor(agreed, device=self._device) + start  # [kept]
            layers: list[Any] = self._cache.layers
            for layer in layers:
                for states in (layer.keys, layer.values):  # [1, heads, tokens, width]
                    states[:, :, start : start + len(agreed)] = states[:, :, rows]
        if len(agreed) < guesses:
            self._cache.crop(len(agreed) - guesses)
        self.length = start + len(agreed)

    def _arrange(self, fed: int, parents: Sequence[int]) -> dict[str, torch.Tensor]:
        """Return positions and attention mask of ``fed`` tokens with a tree of guesses behind them."""
        past, count = self.length, fed + len(parents)
        allowed = torch.ones(count, past + count, dtype=torch.bool).tril(past)  # [queries, keys]
        guess_rows = torch.zeros(len(parents), len(parents), dtype=torch.bool)
        positions = list(range(past, past + fed))
        for index, parent in enumerate(parents):
            if parent >= 0:
                guess_rows[index] = guess_rows[parent]
            guess_rows[index, index] = True
            positions.append((positions[fed + parent] if parent >= 0 else past + fed - 1) + 1)
        allowed[fed:, past + fed :] = guess_rows
        mask = torch.zeros(count, past + count, dtype=self._model.dtype)
        mask.masked_fill_(~allowed, torch.finfo(self._model.dtype).min)
        return {
            "attention_mask": mask[None, None].to(self._device),  # [1, 1, queries, keys]
            "position_ids": torch.tensor([positions], device=self._device),  # [1, queries]
        }
