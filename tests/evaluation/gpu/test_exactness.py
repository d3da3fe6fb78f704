"""The gate and the check of exactness: silent where all is well, and not where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from specedit_lsp.evaluation.gpu import exactness
from specedit_lsp.evaluation.gpu.exactness import check_exactness, run_gate
from specedit_lsp.evaluation.gpu.findings import Exactness, RowDependence
from specedit_lsp.evaluation.gpu.parts import Part, Step
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.model.runner import ModelRunner

PART = Part("tiny", 60, (Step.EXACTNESS,), gate_buckets=(1024,), texts=1, text_tokens=12)


class Swayed(ModelRunner):
    """Lets guesses change what it says."""

    def forward(
        self, token_ids: Sequence[int], guesses: Sequence[int] = (), parents: Sequence[int] | None = None
    ) -> list[int]:
        found = super().forward(token_ids, guesses, parents)
        return [(found[0] + 1) % 100, *found[1:]] if guesses else found


def test_the_engine_is_exact(subject: Subject, make_bench: Callable[..., Workbench]) -> None:
    bench = make_bench(PART)
    run_gate(bench, subject)
    check_exactness(bench, subject)
    first, second, *checks = bench.journal.read()
    assert first == RowDependence("tiny", "bfloat16", 16, 1, 1024, 0.0)
    assert second == RowDependence("tiny", "bfloat16", 16, 2, 1024, 0.0)
    assert len(checks) == 4
    for check in checks:
        assert isinstance(check, Exactness)
        assert (check.tokens, check.differing) == (12, 0)


def test_a_model_that_heeds_its_drafts_is_found_out(
    subject: Subject, make_bench: Callable[..., Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exactness, "ModelRunner", Swayed)
    bench = make_bench(PART)
    check_exactness(bench, subject)
    found = bench.journal.read()
    assert all(isinstance(check, Exactness) and check.differing == 1 for check in found)
    assert isinstance(found[0], Exactness)
    assert found[0].first_difference.startswith("text 0, token")
