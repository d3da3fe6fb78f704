"""The target model in the hands of transformers: its own ``generate``, as people use it without us."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig
from transformers.generation.streamers import BaseStreamer

from specedit_lsp.evaluation.stock_model import StockModel
from specedit_lsp.evaluation.target import TargetTask
from specedit_lsp.model.loading import LoadedModel


class Reference:
    """A loaded model, run by transformers as it would run it without us."""

    def __init__(self, loaded: LoadedModel) -> None:
        self.model = loaded.model
        self._stock = StockModel(loaded.model)
        # A checkpoint may come with a temperature, or a penalty for what was said before.
        configure: Callable[..., GenerationConfig] = GenerationConfig
        self.model.generation_config = configure(do_sample=False)

    def generate(
        self, task: TargetTask, clock: Callable[[], float] = time.perf_counter, **options: Any
    ) -> Answer:
        """Decode greedily; ``options`` go to transformers, which may know a faster way to the same tokens."""
        streamer = _Streamer(task.stop_ids, clock)
        ids = torch.tensor([task.known.prompt], device=self.model.device)  # [1, tokens]
        stops = sorted(task.stop_ids)
        generate: Callable[..., Any] = getattr(self.model, "generate")  # noqa: B009 - untyped
        with self._stock.lend():
            began = clock()
            generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=task.max_new_tokens,
                eos_token_id=stops or None,
                pad_token_id=stops[0] if stops else 0,
                streamer=streamer,
                **options,
            )
            seconds = clock() - began
        arrivals = tuple((moment - began, tokens) for moment, tokens in streamer.pieces)
        return Answer(arrivals, seconds)

    @torch.inference_mode()
    def measure_margin(self, tokens: Sequence[int], one: int, other: int) -> float:
        """Return by how much the logit of ``one`` exceeds that of ``other`` behind ``tokens``."""
        ids = torch.tensor([tokens], device=self.model.device)  # [1, tokens]
        with self._stock.lend() as model:
            logits = model(ids, use_cache=False).logits[0, -1]  # [vocab]
        return float(logits[one] - logits[other])


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``generate`` wrote, and when, in seconds of the clock since it began."""

    arrivals: tuple[tuple[float, tuple[int, ...]], ...]
    """Tokens that came together; the token that ended the answer is not among them."""
    seconds: float

    @property
    def tokens(self) -> list[int]:
        """All of it."""
        return [token for _, tokens in self.arrivals for token in tokens]


class _Streamer(BaseStreamer):
    """Takes from ``generate`` what it writes, as it comes."""

    def __init__(self, stop_ids: frozenset[int], clock: Callable[[], float]) -> None:
        self.pieces: list[tuple[float, tuple[int, ...]]] = []
        self._stop_ids = stop_ids
        self._clock = clock
        self._began = False

    def put(self, value: torch.Tensor) -> None:
        """Take in the next tokens; the first ones are the prompt's."""
        if self._began:
            written = [token for token in value.reshape(-1).tolist() if token not in self._stop_ids]
            self.pieces.append((self._clock(), tuple(written)))
        self._began = True

    def end(self) -> None:
        """Nothing is held back."""
