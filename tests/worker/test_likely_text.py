"""An order with a likely text: the same answer whatever it says, and fewer forwards where it is right."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder, RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine

SELECTION = '''\
    def move(self, width, by):
        """Widen it."""
        self.width = width
        if width < 0:
            raise ValueError(by)
        return self.width

'''
ORDER = RewriteOrder(instruction="rename width to breadth", selection=SELECTION, language="python")


@pytest.fixture(scope="module")
def engine() -> ModelEngine:
    return ModelEngine.load(Settings.model_validate({"model": {"device": "cpu"}}), lambda percent: None)


def rewrite(engine: ModelEngine, instruction: str, likely: str = "") -> tuple[str, RewriteStats]:
    engine.forget()
    text = ""
    order = ORDER.model_copy(update={"instruction": instruction, "likely": likely})
    for step in engine.rewrite(order, lambda: False):
        if isinstance(step, RewriteStats):
            return text, step
        text += step.text
    raise AssertionError("a rewrite ends with its stats")


def test_a_right_text_saves_forwards(engine: ModelEngine) -> None:
    instruction = "add type hints"  # which no reading of the instruction drafts
    text, stats = rewrite(engine, instruction)
    again, cost = rewrite(engine, instruction, likely=text)
    assert again == text
    assert cost.forwards < stats.forwards
    assert cost.sources["likely"].accepted > 0.8 * cost.output_tokens


def test_a_wrong_text_costs_one_forward_at_most(engine: ModelEngine) -> None:
    text, stats = rewrite(engine, ORDER.instruction)
    again, cost = rewrite(engine, ORDER.instruction, likely=re.sub(r"\bby\b", "step", SELECTION))
    assert again == text
    assert cost.forwards <= stats.forwards + 1


PIECES = st.sampled_from(
    [*SELECTION.splitlines(keepends=True), "```\n", "<|out|>", "breadth", "\u2028", "é", ""]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(likely=st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text(max_size=80)))
def test_whatever_is_said_to_be_likely_the_text_is_the_same(engine: ModelEngine, likely: str) -> None:
    assert rewrite(engine, ORDER.instruction, likely)[0] == rewrite(engine, ORDER.instruction)[0]
