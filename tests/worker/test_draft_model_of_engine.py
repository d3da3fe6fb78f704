"""The engine with the bundled draft model: another source of drafts, and the same text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from specedit_lsp.decoding.cost_model import CostModel
from specedit_lsp.drafting.account import Account
from specedit_lsp.model.checkpoint import BUNDLED, BUNDLED_DRAFT, find_folder, read_tokenizer
from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder, RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import Written

FUNCTION = "def area(width, height):\n    result = width * height\n    print(result)\n    return result\n"
ORDERS = [
    RewriteOrder(instruction=instruction, selection=FUNCTION, language="python")
    for instruction in ("rename result to total", "delete the print", 'add a docstring: "Return the area."')
]


def load(sources: Sequence[str], draft_model: str = "") -> ModelEngine:
    chosen = {"model": {"device": "cpu"}, "draft": {"sources": list(sources), "model": draft_model}}
    return ModelEngine.load(Settings.model_validate(chosen), lambda percent: None)


def rewrite(engine: ModelEngine, order: RewriteOrder) -> tuple[str, RewriteStats]:
    *steps, stats = engine.rewrite(order, lambda: False)
    assert isinstance(stats, RewriteStats)
    return "".join(step.text for step in steps if isinstance(step, Written)), stats


@pytest.fixture(scope="module")
def undrafted() -> ModelEngine:
    return load([])


@pytest.fixture
def drafted(monkeypatch: pytest.MonkeyPatch) -> ModelEngine:
    """It is asked, and what it says is checked, whether that saves time on this machine or not."""
    monkeypatch.setattr(Account, "is_worth_asking", lambda account: True)
    engine = load(["model"], BUNDLED_DRAFT)
    monkeypatch.setattr(engine, "_costs", CostModel([1], [0.01]))
    return engine


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.instruction)
def test_it_saves_forwards_and_changes_no_character(
    order: RewriteOrder, undrafted: ModelEngine, drafted: ModelEngine
) -> None:
    plain, without = rewrite(undrafted, order)
    text, stats = rewrite(drafted, order)
    assert text == plain
    assert stats.sources["model"].accepted > 0
    assert stats.forwards < without.forwards


def test_rewrites_that_take_turns_each_have_their_own(undrafted: ModelEngine, drafted: ModelEngine) -> None:
    texts = [""] * len(ORDERS)
    turns = [iter(drafted.rewrite(order, lambda: False)) for order in ORDERS]
    under_way = list(range(len(ORDERS)))
    while under_way:
        for place in list(under_way):
            step = next(turns[place], None)
            if step is None:
                under_way.remove(place)
            elif isinstance(step, Written):
                texts[place] += step.text
    assert texts == [rewrite(undrafted, order)[0] for order in ORDERS]


def test_it_is_small_and_shares_the_tokenizer() -> None:
    mini, nano = find_folder(BUNDLED), find_folder(BUNDLED_DRAFT)
    assert (nano / "model.safetensors").stat().st_size <= 6 * 2**20
    assert (nano / "tokenizer.json").read_bytes() == (mini / "tokenizer.json").read_bytes()
    assert read_tokenizer(nano).get_vocab() == read_tokenizer(mini).get_vocab()
