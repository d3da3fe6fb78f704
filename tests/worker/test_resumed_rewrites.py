"""A rewrite that is sent again with what its first try brought: the same text, in fewer forwards."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder, RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine

METHOD = '''    def count_{name}(self, items):
        """Return the {name} of all items."""
        result = 0
        for item in items:
            result += item.{name}
        return result

'''
SELECTION = "".join(METHOD.format(name=name) for name in ("price", "weight", "stock"))
ORDER = RewriteOrder(
    instruction="add type hints", selection=SELECTION, before="class Shop:\n", language="python"
)


@pytest.fixture(scope="module")
def engine() -> ModelEngine:
    return ModelEngine.load(Settings.model_validate({"model": {"device": "cpu"}}), lambda percent: None)


def rewrite(engine: ModelEngine, verified: str = "", order: RewriteOrder = ORDER) -> tuple[str, RewriteStats]:
    engine.forget()
    text = ""
    for step in engine.rewrite(order.model_copy(update={"verified": verified}), lambda: False):
        if isinstance(step, RewriteStats):
            return text, step
        text += step.text
    raise AssertionError("a rewrite ends with its stats")


@pytest.fixture(scope="module")
def whole(engine: ModelEngine) -> tuple[str, RewriteStats]:
    return rewrite(engine)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_what_came_before_is_not_written_again(
    engine: ModelEngine, whole: tuple[str, RewriteStats], share: float
) -> None:
    text, stats = whole
    verified = text[: int(len(text) * share)]
    again, cost = rewrite(engine, verified)
    assert again == text
    assert cost.forwards < stats.forwards
    assert cost.sources["resumed"].accepted > 0.5 * share * cost.output_tokens


def test_a_window_without_drafting_gets_none(whole: tuple[str, RewriteStats]) -> None:
    undrafted = Settings.model_validate({"model": {"device": "cpu"}, "draft": {"sources": []}})
    text, stats = rewrite(ModelEngine.load(undrafted, lambda percent: None), whole[0])
    assert text == whole[0]
    assert stats.sources == {}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["noise", "shuffled", "another ending", "long", "not its own"]),
    seed=st.integers(0, 10_000),
)
def test_whatever_is_said_to_be_verified_the_text_is_the_same(
    engine: ModelEngine, whole: tuple[str, RewriteStats], kind: str, seed: int
) -> None:
    chance = random.Random(seed)
    text = whole[0]
    cut = chance.randrange(len(text))
    verified = {
        "noise": "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(200)),
        "shuffled": "".join(chance.sample(text, len(text))),
        "another ending": text[:cut] + "<|end|>\n```\n" + text[:cut],
        "long": text[:cut] + "    x = 1\n" * 500,
        "not its own": SELECTION[cut:],
    }[kind]
    assert rewrite(engine, verified)[0] == text
