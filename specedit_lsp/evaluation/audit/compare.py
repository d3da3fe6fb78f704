"""One edit decoded in every way there is to draft, token by token against decoding without drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.decoding.speculative_decoder import Finish
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.session_memory import WorkspaceMemory
from specedit_lsp.evaluation.audit.adversaries import ADVERSARIES, MOST_BRANCHES, Adversary
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.reference import Reference
from specedit_lsp.evaluation.target import Target, TargetTask
from specedit_lsp.prompting.prompt import PromptTooLong

ALL = "all sources"
GENERATE = "transformers generate"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where the tokens of another way part from those without drafts."""

    position: int
    """Of the first token that differs, from 0."""
    plain: int | None
    """What decoding without drafts wrote there; None if its answer had ended."""
    other: int | None
    margin: float | None
    """By how much transformers' logit of ``plain`` exceeds that of ``other``: near nothing for rounding,
    more where something is wrong. None where one of them is no token, or the model is split."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One edit by one way."""

    way: str
    """What drafted: a source, an adversary; or transformers."""
    forwards: int
    """Of the target model; 0 where it was not our loop that ran it."""
    mismatch: Mismatch | None


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """One edit by all ways."""

    id: str
    tokens: int
    """Of the answer, with the token that ends it."""
    forwards: int
    """Without drafts."""
    comparisons: tuple[Comparison, ...]


class Auditor:
    """Decodes edits without drafts and then in every other way.

    The session memory is that of an editor in which all these edits are made one after the other.
    """

    def __init__(self, target: Target, sources: Sequence[str]) -> None:
        """Each of ``sources`` is a way by itself; so are all of them together, unless there is only one."""
        self._target = target
        # transformers runs in one process: it has nothing to compare a split model with.
        self._reference = Reference(target.loaded) if target.loaded.ranks == 1 else None
        self._memory = WorkspaceMemory()
        usable = [name for name in sources if name != "model" or target.draft_model]
        self._sources: dict[str, tuple[str, ...]] = {name: (name,) for name in usable}
        if len(usable) > 1:
            self._sources |= {ALL: tuple(usable)}

    def audit(self, case: EditCase) -> AuditedEdit | None:
        """Return what became of an edit; None if it is too long for the model.

        Raises:
            TargetFailed: the model cannot go on.
        """
        try:
            task = self._target.ask(case)
        except PromptTooLong:
            return None
        # From an empty cache; the others go on from what they share with the one before, as an editor's do.
        self._target.runner.cut(0)
        plain, forwards = self._decode(task, Router(()))
        comparisons: list[Comparison] = []
        for way, start_router in self._list_ways(task, plain):
            tokens, count = self._decode(task, start_router())
            comparisons.append(Comparison(way, count, self._compare(task, plain, tokens)))
        if self._reference:
            generated = _generate(self._reference, task)
            comparisons.append(Comparison(GENERATE, 0, self._compare(task, plain, generated)))
        self._memory.remember(case.before, "".join(self._target.read_answer(task, [plain])))
        return AuditedEdit(case.id, len(plain), forwards, tuple(comparisons))

    def _list_ways(self, task: TargetTask, plain: Sequence[int]) -> list[tuple[str, Callable[[], Router]]]:
        """What to draft with, by name; a router is built only once it is its turn."""
        ways: list[tuple[str, Callable[[], Router]]] = []
        for way, names in self._sources.items():
            ways.append((way, partial(self._target.start_router, task, names, self._memory)))
        for way, spoil in ADVERSARIES.items():
            size = self._target.loaded.vocabulary_size
            adversary = Adversary(spoil, plain, size, seed=f"{task.id} {way}")
            ways.append((way, partial(Router, [adversary], branches=MOST_BRANCHES)))
        return ways

    def _decode(self, task: TargetTask, router: Router) -> tuple[list[int], int]:
        """Return the answer with the token that ends it, if one does, and the forwards that it took."""
        steps = list(self._target.decode(task, router))
        tokens = [token for step in steps for token in step.tokens]
        if steps[-1].finish is Finish.STOP:
            tokens.append(_name_end(task))
        return tokens, len(steps)

    def _compare(self, task: TargetTask, plain: Sequence[int], other: Sequence[int]) -> Mismatch | None:
        position = count_agreed(plain, other)
        if position == len(plain) == len(other):
            return None
        right = plain[position] if position < len(plain) else None
        wrong = other[position] if position < len(other) else None
        margin = None
        if self._reference and right is not None and wrong is not None:
            read = (*task.known.prompt, *plain[:position])
            margin = self._reference.measure_margin(read, right, wrong)
        return Mismatch(position, right, wrong, margin)


def _generate(reference: Reference, task: TargetTask) -> list[int]:
    tokens = reference.generate(task).tokens
    if len(tokens) < task.max_new_tokens:
        tokens.append(_name_end(task))
    return tokens


def _name_end(task: TargetTask) -> int:
    """One token for all that end the answer: which of them it was makes no difference to the text."""
    return min(task.stop_ids)
