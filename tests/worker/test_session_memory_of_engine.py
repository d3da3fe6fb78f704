"""What one rewrite teaches the next, through the real engine."""

from __future__ import annotations

from specedit_lsp.settings import Settings
from specedit_lsp.transport.messages import RewriteOrder, RewriteStats
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.engine_protocol import Written
from tests.conftest import FUNCTION, RENAME


def rewrite(engine: ModelEngine, workspace: str) -> tuple[str, int]:
    """The text, and the forwards it took."""
    order = RewriteOrder(instruction=RENAME, selection=FUNCTION, language="python", workspace=workspace)
    *pieces, stats = engine.rewrite(order, lambda: False)
    assert isinstance(stats, RewriteStats)
    return "".join(piece.text for piece in pieces if isinstance(piece, Written)), stats.forwards


def test_the_same_edit_is_cheaper_the_second_time_in_its_workspace_only() -> None:
    settings = Settings.model_validate(
        {"draft": {"sources": ["memory", "lookup"]}, "model": {"device": "cpu"}}
    )
    engine = ModelEngine.load(settings, lambda percent: None)
    text, first = rewrite(engine, "one")
    assert rewrite(engine, "one")[0] == text
    assert rewrite(engine, "one")[1] < first / 2
    other, forwards = rewrite(engine, "two")
    assert other == text
    assert forwards > first / 2
