"""From an order to verified text: prompt, drafts, forwards, text, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Self

import torch

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.decoding.detokenizer import Detokenizer
from specedit_lsp.decoding.prefix_cache import PrefixCache
from specedit_lsp.decoding.speculative_decoder import Finish, SpeculativeDecoder
from specedit_lsp.decoding.tally import Tally
from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.draft_model import DraftModel
from specedit_lsp.drafting.likely import Likely
from specedit_lsp.drafting.resumed import Resumed
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.session_memory import SessionMemory
from specedit_lsp.drafting.sources import Helpers, build_router
from specedit_lsp.model.device_faults import (
    describe_memory,
    is_device_lost,
    is_out_of_memory,
    release_unused,
)
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.model.gate import prove_shape
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.prompting.profiles import choose_profile
from specedit_lsp.prompting.prompt import Prompt, PromptTooLong, build_prompt
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import (
    DraftOptions,
    PromptShown,
    Reason,
    RewriteOrder,
    RewriteStats,
    SourceCount,
)
from specedit_lsp.worker.engine.answer_writer import AnswerWriter
from specedit_lsp.worker.engine.calibration import choose_threads, describe_inexactness, measure_costs
from specedit_lsp.worker.engine.draft_models import DraftModels, open_draft_model
from specedit_lsp.worker.engine_protocol import EngineLost, OrderRefused, Written
from specedit_lsp.worker.tracing.recorder import Record, Recording

_TWO_INSTRUCTIONS = ("rename it", "sort them")
"""Whose prompts have in common what the prompts of all instructions have in common."""
_UNKNOWN = -1
"""Stands for the token behind those that a warm prefill reads."""


class ModelEngine:
    """A loaded model that rewrites."""

    def __init__(
        self,
        loaded: LoadedModel,
        settings: Settings,
        draft_models: DraftModels | None = None,
        record: Record | None = None,
    ) -> None:
        """``record`` hears of every rewrite that came to its end; without it nothing is taken down."""
        self._loaded = loaded
        self._settings = settings
        self._profile = choose_profile(loaded.tokenizer, loaded.name, loaded.folder)
        shape, worst = prove_shape(loaded)
        most_bytes = settings.worker.cache_megabytes * 2**20
        self._prefixes = PrefixCache(lambda: ModelRunner(loaded, shape), most_bytes)
        self._memory = SessionMemory()
        self._costs = measure_costs(ModelRunner(loaded, shape), settings.draft.width)
        self._draft_models = draft_models or DraftModels(None)
        self._recording = Recording(record, loaded, settings, self.device) if record else None
        self.caveat = describe_inexactness(loaded, worst)
        """What the user must know about the output on this device; empty if there is nothing."""

    @classmethod
    def load(
        cls, settings: Settings, on_progress: Callable[[int], None], record: Record | None = None
    ) -> Self:
        """Load the model that the settings name; ``on_progress`` hears percents.

        Raises:
            ModelFault: it cannot be used; the message says why and what to do.
        """
        torch.set_num_threads(settings.worker.threads or choose_threads())
        loaded = load_model(settings.model, on_progress)
        # Kernels and memory pools are set up by the first forward; better now than under the first rewrite.
        ModelRunner(loaded).forward([0] * 8)
        return cls(
            loaded,
            settings,
            DraftModels(open_draft_model(settings, loaded) if settings.draft.model else None),
            record,
        )

    @property
    def device(self) -> str:
        """Where the model runs and in which precision."""
        ranks, device = self._loaded.ranks, self._loaded.device
        where = f"{ranks} × {device.type}" if ranks > 1 else device
        return f"{where} {str(self._loaded.dtype).removeprefix('torch.')}"

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        """Yield what every forward brought, then the stats; end early once ``cancelled`` says so.

        Raises:
            OrderRefused: the order cannot be carried out, or the model's answer is of no use.
            EngineLost: the device is gone for this process.
        """
        prompt = self._build_prompt(order)
        with self._draft_models.lend() as draft_model, self._runner(prompt) as runner:
            router = self._build_router(order, prompt, draft_model)
            yield from self._decode(order, prompt, runner, router, cancelled)

    def warm(self, order: RewriteOrder) -> Generator[None, None, None]:
        """Read what any instruction about this selection begins with.

        Raises:
            OrderRefused: there is nothing to read.
            EngineLost: the device is gone for this process.
        """
        prompts = [
            self._build_prompt(order.model_copy(update={"instruction": text})) for text in _TWO_INSTRUCTIONS
        ]
        same = count_agreed(*(prompt.tokens for prompt in prompts))
        tokens = prompts[0].tokens[:same]
        with self._runner(prompts[0]) as runner:
            runner.begin((*tokens, _UNKNOWN), _longest(prompts[0]))
            while todo := tokens[runner.length :]:
                runner.read(todo[: runner.shape.rows])
                yield

    def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """Return what the model would read.

        Raises:
            OrderRefused: the order cannot be carried out.
        """
        tokens = self._build_prompt(order).tokens
        text = self._loaded.tokenizer.decode(list(tokens), clean_up_tokenization_spaces=False)
        return PromptShown(prompt=str(text), tokens=len(tokens), model=self._loaded.name)

    def forget(self) -> None:
        """Drop all that was read of earlier prompts."""
        self._prefixes.clear()

    def count_read(self, order: RewriteOrder) -> tuple[int, int]:
        """Return how many tokens an order's prompt has, and how many of them are in the cache already.

        Raises:
            OrderRefused: the order cannot be carried out.
        """
        prompt = self._build_prompt(order)
        return len(prompt.tokens), self._prefixes.count_reusable(prompt.tokens, _longest(prompt))

    def _decode(
        self,
        order: RewriteOrder,
        prompt: Prompt,
        runner: ModelRunner,
        router: Router,
        cancelled: Callable[[], bool],
    ) -> Generator[Written | RewriteStats, None, None]:
        drafting = self._drafting(order)
        trace = self._recording.begin(order, prompt, drafting) if self._recording else None
        decoder = SpeculativeDecoder(runner, drafting.width, self._costs, margins=trace is not None)
        writer = AnswerWriter(Detokenizer(self._loaded.tokenizer, prompt.tokens), prompt.new_filter(), trace)
        tally = Tally()
        reused = min(runner.count_reusable(prompt.tokens, _longest(prompt)), len(prompt.tokens) - 1)
        began = time.perf_counter()
        first_text: float | None = None
        pieces: list[str] = []

        for step in decoder.decode(prompt.tokens, router, prompt.stop_ids, prompt.max_new_tokens, cancelled):
            if step.finish is Finish.CANCELLED:
                return
            tally.add(step)
            written = writer.write(step, tally.forwards)
            if written.text:
                first_text = first_text or time.perf_counter() - began
                pieces.append(written.text)
            yield written
            if writer.stopped:
                break
            if step.finish is Finish.LENGTH:
                raise OrderRefused(
                    Reason.OUTPUT_CUT_OFF,
                    f"The model found no end within {prompt.max_new_tokens:,} tokens, so nothing "
                    "was changed. Select less, or say more exactly what should change.",
                )
        rest = writer.finish(tally.forwards)
        if writer.empty:
            raise OrderRefused(
                Reason.EMPTY_OUTPUT,
                "The model wrote nothing, so nothing was changed. Delete the text by hand instead.",
            )
        seconds = time.perf_counter() - began
        if rest.text:
            yield rest
        if order.workspace:
            self._memory.recall(order.workspace).remember(order.selection, "".join([*pieces, rest.text]))
        stats = RewriteStats(
            prompt_tokens=len(prompt.tokens),
            output_tokens=tally.tokens,
            forwards=tally.forwards,
            seconds=seconds,
            first_text_seconds=first_text or seconds,
            plain_seconds=(first_text or seconds) + max(tally.tokens - 1, 0) * self._costs(1),
            reused_tokens=reused,
            sources={
                name: SourceCount(proposed=count.proposed, accepted=count.accepted)
                for name, count in tally.sources.items()
            },
        )
        if trace:
            trace.finish(stats)
        yield stats

    @contextmanager
    def _runner(self, prompt: Prompt) -> Iterator[ModelRunner]:
        """A runner that holds what it can of a prompt, given back afterwards; faults in the user's words.

        Raises:
            OrderRefused: the model or its device fails.
            EngineLost: the device is gone for this process.
        """
        try:
            runner = self._prefixes.take(prompt.tokens, _longest(prompt))
            try:
                yield runner
            except (ModelFault, RuntimeError):
                runner.forget()
                raise
            finally:
                self._prefixes.give_back(runner)
        except ModelFault as fault:
            raise OrderRefused(Reason.MODEL_UNUSABLE, str(fault)) from fault
        except RuntimeError as error:
            if is_out_of_memory(error):
                self._prefixes.clear()
                release_unused(self._loaded.device)
                message = describe_memory(self._loaded, _longest(prompt))
                raise OrderRefused(Reason.OUT_OF_MEMORY, message) from error
            if is_device_lost(error):
                message = f"The model's device failed ({error}). The next rewrite loads the model again."
                raise EngineLost(message) from error
            raise

    def _build_router(self, order: RewriteOrder, prompt: Prompt, draft_model: DraftModel | None) -> Router:
        context = EditContext(
            prompt=prompt.tokens,
            selection=prompt.selection,
            codec=prompt.codec,
            text=prompt.trimmed.core,
            closing=prompt.ending.closing,
            ending=prompt.ending.tokens,
            instruction=order.instruction,
            language=order.language,
            likely=prompt.trimmed.read_back(order.likely.removesuffix(prompt.trimmed.trail)),
            begun=prompt.trimmed.read_back(order.verified),
        )
        drafting = self._drafting(order)
        helpers = Helpers(self._memory.recall(order.workspace), draft_model)
        names = (Resumed.name, Likely.name, *drafting.sources) if drafting.sources else ()
        return build_router(names, context, drafting.branches, self._costs, helpers)

    def _drafting(self, order: RewriteOrder) -> DraftOptions:
        return order.drafting or DraftOptions.of(self._settings.draft)

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
                max_context_tokens=order.context_tokens,
                max_rules_tokens=order.rules_tokens,
                model_context=self._loaded.max_context,
                stop_ids=self._loaded.stop_ids,
            )
        except PromptTooLong as error:
            message = str(error)
            raise OrderRefused(Reason.RANGE_TOO_LONG, f"{message[0].upper()}{message[1:]}.") from error


def _longest(prompt: Prompt) -> int:
    """Tokens that a sequence with this prompt may come to have."""
    return len(prompt.tokens) + prompt.max_new_tokens
