"""Tasks made of numbers, for methods and limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from transformers import PreTrainedTokenizerBase

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.replay import Drafter, Method, replay
from specedit_lsp.evaluation.target import Target
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer
from specedit_lsp.prompting.codec import TokenCodec
from specedit_lsp.settings import ModelSettings, Settings
from specedit_lsp.transport.messages import RewriteOrder

END = 4

BEFORE = """\
def f(items):
    result = len(items)
    return result"""


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerBase:
    """The bundled model's tokenizer."""
    return load_tokenizer()


@pytest.fixture(scope="session")
def target() -> Target:
    """The bundled model, opened up for measurements."""
    return Target.load(Settings(model=ModelSettings(device="cpu")))


@pytest.fixture
def rename() -> EditCase:
    """A small edit that any model gets right."""
    return EditCase("rename", "python", "rename result to total", BEFORE, BEFORE.replace("result", "total"))


@pytest.fixture
def make_task(tokenizer: PreTrainedTokenizerBase) -> Callable[..., ReplayTask]:
    """Build a task whose prompt is some ids; ``END`` ends its answers."""

    def make(prompt: tuple[int, ...], instruction: str = "change it", shown: str = "") -> ReplayTask:
        return ReplayTask(
            prompt=prompt,
            order=RewriteOrder(instruction=instruction, selection=shown or "x"),
            shown=shown,
            closing="",
            ending=(END,),
            codec=TokenCodec(tokenizer, ""),
        )

    return make


class Script:
    """Proposes the branches of a script, one forward after the other."""

    draft_forwards = 0

    def __init__(self, *forwards: tuple[tuple[int, ...], ...]) -> None:
        self._forwards = iter(forwards)
        self.heard: list[int] = []

    def choose(self, width: int) -> tuple[tuple[int, ...], ...]:
        return next(self._forwards, ())

    def hear(self, verified: object) -> None:
        assert isinstance(verified, tuple)
        self.heard += verified


def method_of(drafter: Drafter, width: int = 100) -> Method:
    """Return a method that always starts the same drafter."""
    return Method("test", lambda task: drafter, width, width)


def widths_of(method: Method, task: ReplayTask, answer: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return for each forward what was checked and what was accepted."""
    return [(forward.width, forward.accepted) for forward in replay(method, task, answer).forwards]


class Counting:
    """A draft model that counts on from the last token, but takes 13 for the end of the world."""

    def __init__(self) -> None:
        self.sequence: list[int] = []

    def begin(self) -> None:
        self.sequence = []

    def forward(self, token_ids: Sequence[int], guesses: Sequence[int] = ()) -> list[int]:
        self.sequence += [*token_ids, *guesses]
        return [99 if token == 13 else token + 1 for token in self.sequence[-1 - len(guesses) :]]

    def count_free(self, fed: int) -> int:
        return 1 << 20

    def keep(self, guesses: int, agreed: Sequence[int]) -> None:
        assert 0 <= guesses <= len(self.sequence)
        start = len(self.sequence) - guesses
        self.sequence[start:] = [self.sequence[start + index] for index in agreed]
