"""From an order to verified text: prompt, drafts, forwards, text, in one place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from typing import Self

import torch

from specedit_lsp.decoding.cost_model import CostModel
from specedit_lsp.decoding.detokenizer import Detokenizer
from specedit_lsp.decoding.speculative_decoder import Finish, SpeculativeDecoder
from specedit_lsp.decoding.tally import Tally
from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.draft_model import DraftModel
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.session_memory import SessionMemory
from specedit_lsp.drafting.sources import Helpers, build_router
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.prompting.profiles import choose_profile
from specedit_lsp.prompting.prompt import Prompt, PromptTooLong, build_prompt
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import Reason, RewriteOrder, RewriteStats, SourceCount
from specedit_lsp.worker.service import OrderRefused

_MEASURED_CONTEXT = 256
"""Tokens before the rows whose cost is measured."""


def choose_threads() -> int:
    """All cores but one, which the editor keeps.

    A forward waits for its slowest thread hundreds of times; one that shares its core with others makes
    it tens of times slower, not half as fast.
    """
    return max(1, (os.cpu_count() or 2) - 1)


class ModelEngine:
    """A loaded model that rewrites."""

    def __init__(
        self, loaded: LoadedModel, settings: Settings, draft_model: DraftModel | None = None
    ) -> None:
        self._loaded = loaded
        self._settings = settings
        self._profile = choose_profile(loaded.tokenizer, loaded.name, loaded.folder)
        self._runner = ModelRunner(loaded)
        self._costs = measure_costs(self._runner, settings.draft.width)
        self._decoder = SpeculativeDecoder(self._runner, settings.draft.width, self._costs)
        self._draft_model = draft_model
        self._memory = SessionMemory()

    @classmethod
    def load(cls, settings: Settings, on_progress: Callable[[int], None]) -> Self:
        """Load the model that the settings name; ``on_progress`` hears percents.

        Raises:
            ModelFault: it cannot be used; the message says why and what to do.
        """
        torch.set_num_threads(settings.worker.threads or choose_threads())
        loaded = load_model(settings.model, on_progress)
        # Kernels and memory pools are set up by the first forward; better now than under the first rewrite.
        ModelRunner(loaded).forward([0] * 8)
        return cls(loaded, settings, load_draft_model(settings, loaded) if settings.draft.model else None)

    @property
    def device(self) -> str:
        """Where the model runs and in which precision."""
        return f"{self._loaded.device} {str(self._loaded.dtype).removeprefix('torch.')}"

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[str | RewriteStats, None, None]:
        """Yield verified text as it comes, then the stats; end early once ``cancelled`` says so.

        Raises:
            OrderRefused: the order cannot be carried out, or the model's answer is of no use.
        """
        prompt = self._build_prompt(order)
        router = self._build_router(order, prompt)
        answer = prompt.new_filter()
        detokenizer = Detokenizer(self._loaded.tokenizer, prompt.tokens)
        tally = Tally()
        began = time.perf_counter()
        first_text: float | None = None
        pieces: list[str] = []
        try:
            for step in self._decoder.decode(
                prompt.tokens, router, prompt.stop_ids, prompt.max_new_tokens, cancelled
            ):
                if step.finish is Finish.CANCELLED:
                    return
                tally.add(step)
                if text := answer.feed(detokenizer.feed(step.tokens)):
                    first_text = first_text or time.perf_counter() - began
                    pieces.append(text)
                    yield text
                if answer.stopped:
                    break
                if step.finish is Finish.LENGTH:
                    raise OrderRefused(
                        Reason.OUTPUT_CUT_OFF,
                        f"The model found no end within {prompt.max_new_tokens:,} tokens, so nothing "
                        "was changed. Select less, or say more exactly what should change.",
                    )
        except ModelFault as fault:
            raise OrderRefused(Reason.MODEL_UNUSABLE, str(fault)) from fault
        except torch.OutOfMemoryError as error:
            raise OrderRefused(
                Reason.OUT_OF_MEMORY, f"The model's device is out of memory: {error}. Select less."
            ) from error
        rest = answer.feed(detokenizer.finish()) + answer.finish()
        if answer.empty:
            raise OrderRefused(
                Reason.EMPTY_OUTPUT,
                "The model wrote nothing, so nothing was changed. Delete the text by hand instead.",
            )
        seconds = time.perf_counter() - began
        if rest:
            yield rest
        if order.workspace:
            self._memory.recall(order.workspace).remember(order.selection, "".join([*pieces, rest]))
        yield RewriteStats(
            prompt_tokens=len(prompt.tokens),
            output_tokens=tally.tokens,
            forwards=tally.forwards,
            seconds=seconds,
            first_text_seconds=first_text or seconds,
            sources={
                name: SourceCount(proposed=count.proposed, accepted=count.accepted)
                for name, count in tally.sources.items()
            },
        )

    def _build_router(self, order: RewriteOrder, prompt: Prompt) -> Router:
        context = EditContext(
            prompt=prompt.tokens,
            selection=prompt.selection,
            codec=prompt.codec,
            text=prompt.trimmed.core,
            closing=prompt.ending.closing,
            ending=prompt.ending.tokens,
            instruction=order.instruction,
            language=order.language,
        )
        draft = self._settings.draft
        helpers = Helpers(self._memory.recall(order.workspace), self._draft_model)
        return build_router(draft.sources, context, draft.branches, self._costs, helpers)

    def _build_prompt(self, order: RewriteOrder) -> Prompt:
        if not order.instruction.strip():
            raise OrderRefused(Reason.EMPTY_INSTRUCTION, "The instruction is empty: say what should change.")
        if not order.selection.strip():
            raise OrderRefused(Reason.EMPTY_SELECTION, "The selection is empty: select the code to change.")
        try:
            return build_prompt(
                order,
                self._loaded.tokenizer,
                self._profile,
                max_context_tokens=self._settings.context.max_tokens,
                model_context=self._loaded.max_context,
                stop_ids=self._loaded.stop_ids,
            )
        except PromptTooLong as error:
            message = str(error)
            raise OrderRefused(Reason.RANGE_TOO_LONG, f"{message[0].upper()}{message[1:]}.") from error


def measure_costs(runner: ModelRunner, width: int) -> CostModel:
    """Return what forwards cost on this machine, up to ``width`` draft tokens behind a usual prompt."""
    context = min(_MEASURED_CONTEXT, runner.max_context // 4)
    most = min(1 + width, runner.max_context - context)

    def forward(rows: int) -> None:
        runner.forward([0], [0] * (rows - 1))
        runner.keep(rows, [])

    runner.begin()
    runner.forward([0] * context)
    return CostModel.measure(forward, most)


def load_draft_model(settings: Settings, target: LoadedModel) -> DraftModel:
    """Load the model that drafts; one with another vocabulary works by way of text.

    Raises:
        ModelFault: it cannot be used; the message says why and what to do.
    """
    chosen = settings.model.model_copy(update={"path": settings.draft.model})
    loaded = load_model(chosen, lambda percent: None)
    same = loaded.tokenizer.get_vocab() == target.tokenizer.get_vocab()
    return DraftModel(
        ModelRunner(loaded),
        None if same else TokenCodec(loaded.tokenizer, ""),
        settings.draft.micro_draft_tokens,
        settings.draft.max_num_run,
        settings.draft.max_ngram,
    )
