"""The target model as the worker runs it, opened up for measurements: prompts, drafts and forwards apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import torch

from specedit_lsp.decoding.detokenizer import Detokenizer
from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder, Step
from specedit_lsp.drafting.account import Account
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.session_memory import WorkspaceMemory
from specedit_lsp.drafting.sources import Helpers, build_router
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.methods.ours import read_context
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.model.faults import ModelFault
from specedit_lsp.model.gate import find_row_dependence, prove_shape
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.prompting.profiles import choose_profile
from specedit_lsp.prompting.prompt import Prompt, build_prompt
from specedit_lsp.prompting.tokens import encode_text
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.engine.calibration import choose_threads, measure_costs
from specedit_lsp.worker.engine.draft_models import open_draft_model


class TargetFailed(Exception):
    """The model cannot go on. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TargetTask:
    """One thing for the target model to write."""

    id: str
    known: ReplayTask
    """What a method may know before the first token."""
    stop_ids: frozenset[int]
    """Tokens that end the answer and are no part of it."""
    max_new_tokens: int
    prompt: Prompt | None = None
    """How the answer becomes a replacement; None where the answer is the text as it is."""


class Target:
    """A loaded model with the costs of its forwards, as the worker's ``ModelEngine`` has.

    A model that ends its answers by a fence and not by a token writes on up to ``max_new_tokens`` here: all
    that is compared does the same work.
    """

    def __init__(self, loaded: LoadedModel, settings: Settings) -> None:
        self.loaded = loaded
        self.draft_model = open_draft_model(settings, loaded)() if settings.draft.model else None
        self._accounts: dict[tuple[str, ...], Account] = {}
        self.runner = ModelRunner(loaded, prove_shape(loaded)[0])
        # In a canonical shape there is one draft for a forward.
        self._branches = settings.draft.branches
        self._settings = settings
        self._profile = choose_profile(loaded.tokenizer, loaded.name, loaded.folder)
        self._costs = measure_costs(self.runner, settings.draft.width)

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Load the model that the settings name, with as many threads as the worker would use.

        Raises:
            ValueError: it cannot be used; the message says why and what to do.
        """
        torch.set_num_threads(settings.worker.threads or choose_threads())
        try:
            return cls(load_model(settings.model), settings)
        except ModelFault as fault:
            raise ValueError(str(fault)) from fault

    @property
    def precision(self) -> str:
        """Such as ``float32``."""
        return str(self.loaded.dtype).removeprefix("torch.")

    @property
    def device(self) -> str:
        """Where the model runs and in which precision, on how many threads if these are a processor's."""
        ranks, device, bits = self.loaded.ranks, self.loaded.device, self._settings.model.quantization
        where = f"{ranks} × {device.type}" if ranks > 1 else device
        weights = "" if bits == "none" else f", {bits} weights"
        threads = f", {torch.get_num_threads()} threads" if device.type == "cpu" else ""
        return f"{where} {self.precision}{weights}{threads}"

    def ask(self, case: EditCase) -> TargetTask:
        """Return the edit as the engine would put it to the model.

        Raises:
            PromptTooLong: the model cannot read and write that much.
        """
        order = RewriteOrder(
            instruction=case.instruction,
            selection=case.before,
            before=case.context_before,
            after=case.context_after,
            language=case.language,
        )
        prompt = build_prompt(
            order,
            self.loaded.tokenizer,
            self._profile,
            max_context_tokens=self._settings.context.max_tokens,
            max_rules_tokens=self._settings.context.rules_tokens,
            model_context=self.loaded.max_context,
            stop_ids=self.loaded.stop_ids,
        )
        known = ReplayTask(
            prompt=prompt.tokens,
            order=order,
            shown=prompt.trimmed.core,
            closing=prompt.ending.closing,
            ending=prompt.ending.tokens,
            codec=prompt.codec,
        )
        return TargetTask(case.id, known, prompt.stop_ids, prompt.max_new_tokens, prompt)

    def continue_text(self, name: str, text: str, language: str, max_new_tokens: int) -> TargetTask:
        """Return the task to go on with a text, without any prompt around it and nothing selected."""
        tokenizer = self.loaded.tokenizer
        prompt = tuple(encode_text(tokenizer, text))
        known = ReplayTask(
            prompt=prompt,
            order=RewriteOrder(instruction="", selection="", before=text, language=language),
            shown="",
            closing="",
            ending=tuple(sorted(self.loaded.stop_ids)[:1]),
            codec=TokenCodec(tokenizer, ""),
        )
        room = max(self.loaded.max_context - len(prompt), 1)
        return TargetTask(name, known, self.loaded.stop_ids, min(max_new_tokens, room))

    def read_answer(self, task: TargetTask, pieces: Iterable[Sequence[int]]) -> Iterator[str]:
        """Yield the text of the replacement that each piece of an answer makes certain, and then the rest."""
        detokenizer = Detokenizer(self.loaded.tokenizer, task.known.prompt)
        answer = task.prompt.new_filter() if task.prompt else None
        for tokens in pieces:
            text = detokenizer.feed(tokens)
            yield answer.feed(text) if answer else text
        rest = detokenizer.finish()
        yield answer.feed(rest) + answer.finish() if answer else rest

    def start_router(
        self, task: TargetTask, sources: Sequence[str], memory: WorkspaceMemory | None = None
    ) -> Router:
        """Return what drafts with these sources, as the engine would; ``memory`` is of earlier rewrites."""
        draft_model = self.draft_model
        if draft_model:
            # Whether it pays to ask it depends on who drafts besides.
            account = self._accounts.setdefault(tuple(sources), Account())
            draft_model = replace(draft_model, account=account)
        helpers = Helpers(memory or WorkspaceMemory(), draft_model)
        return build_router(sources, read_context(task.known), self._branches, self._costs, helpers)

    def decode(self, task: TargetTask, router: Router) -> Iterator[Step]:
        """Write, with the engine's width and its idea of what rows cost.

        Raises:
            TargetFailed: the model cannot go on.
        """
        decoder = SpeculativeDecoder(self.runner, self._settings.draft.width, self._costs)
        return _write(decoder, task, router)

    def decode_with(self, task: TargetTask, router: Router, width: int) -> Iterator[Step]:
        """Write with another way of drafting, which has a width of its own and knows of no costs.

        Raises:
            TargetFailed: the model cannot go on.
        """
        return _write(SpeculativeDecoder(self.runner, width), task, router)

    def find_row_dependence(self) -> float | None:
        """Return by how much logits move with the company of their row, which is what may make drafts change
        tokens; None where forwards have no canonical shape to keep."""
        shape = self.runner.shape
        if not shape.canonical:
            return None
        bucket = shape.choose_bucket(2 * shape.rows, self.loaded.max_context)
        return find_row_dependence(self.loaded, shape, bucket)


def _write(decoder: SpeculativeDecoder, task: TargetTask, router: Router) -> Iterator[Step]:
    steps = decoder.decode(task.known.prompt, router, task.stop_ids, task.max_new_tokens)
    try:
        yield from (step for step in steps if not step.is_reading)
    except ModelFault as fault:
        raise TargetFailed(str(fault)) from fault
