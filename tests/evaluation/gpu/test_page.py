"""Figures, targets and the page, from findings made by hand."""

from __future__ import annotations

import pytest

from specedit_lsp.evaluation.gpu.figures import compare_methods, find_floor
from specedit_lsp.evaluation.gpu.findings import (
    Ceiling,
    Exactness,
    Fault,
    Finding,
    ForwardTime,
    LeftOut,
    ReplayRun,
    RowDependence,
)
from specedit_lsp.evaluation.gpu.page import to_markdown
from specedit_lsp.evaluation.gpu.parts import EditSet
from specedit_lsp.evaluation.gpu.replays import PLAIN
from specedit_lsp.evaluation.gpu.shapes import LARGE, MEDIUM
from specedit_lsp.evaluation.gpu.targets import NOT_RUN, compare_targets

CEILINGS = [Ceiling("copy", 4e12), Ceiling("bfloat16", 8e14), Ceiling("float32", 5e13)]


def time_forward(precision: str = "bfloat16", operations: float = 0.0) -> ForwardTime:
    return ForwardTime(MEDIUM.name, precision, "recorded", 128, 1, 4096, 4.4, 4.5, 4.6, 16e9, operations)


def run(
    method: str, edit: str, seconds: float, edits: str = EditSet.STYLE, model: str = MEDIUM.name
) -> ReplayRun:
    return ReplayRun(model, "bfloat16", edits, edit, method, 0.0, 300, 100, 400, 7, seconds, seconds / 2)


def test_the_floor_is_the_longer_of_reading_and_reckoning() -> None:
    assert find_floor(time_forward(), CEILINGS) == pytest.approx(4.0)
    assert find_floor(time_forward(operations=8e12), CEILINGS) == pytest.approx(10.0)
    assert find_floor(time_forward("float32", 8e12), CEILINGS) == pytest.approx(160.0)
    assert find_floor(time_forward("int8", 8e12), CEILINGS) == pytest.approx(10.0)
    assert find_floor(time_forward(), CEILINGS[1:]) is None


def test_methods_are_compared_edit_by_edit_with_the_median_of_their_runs() -> None:
    ours = [run("specedit", "a", seconds) for seconds in (0.1, 0.2, 9.0)] + [run("specedit", "b", 1.0)]
    theirs = [run("tuned_pld", "a", 0.4), run("tuned_pld", "b", 3.0)]
    plain = [run(PLAIN, "a", 2.0)]
    figures = {each.method: each for each in compare_methods([*ours, *theirs, *plain])}
    mine = figures["specedit"]
    assert (mine.edits, mine.runs) == (2, 4)
    assert mine.against_tuned == pytest.approx((2 + 3) / 2)
    assert mine.against_plain == pytest.approx(10.0)
    assert mine.tokens_per_second == pytest.approx((500 + 100) / 2)
    assert mine.written_per_second == pytest.approx((1000 + 200) / 2)
    assert mine.p95_seconds == 9.0
    assert figures[PLAIN].against_tuned == pytest.approx(0.2)


def test_nothing_is_said_of_targets_that_were_not_run() -> None:
    tiny: list[Finding] = [
        RowDependence("tiny", "bfloat16", 16, 1, 1024, 0.0),
        Exactness("tiny", "bfloat16", "x", 1, 9, 0, ""),
    ]
    targets = compare_targets(tiny)
    assert len(targets) == 7
    assert {(target.measured, target.reached) for target in targets} == {(NOT_RUN, None)}


def test_targets_are_reached_or_not() -> None:
    findings: list[Finding] = [
        *CEILINGS,
        time_forward(),
        RowDependence(MEDIUM.name, "bfloat16", 128, 1, 1024, 0.0),
        Exactness(MEDIUM.name, "bfloat16", "random drafts", 4, 800, 1, "text 2, token 7"),
        run("specedit", "a", 0.1),
        run("tuned_pld", "a", 0.15),
        run(PLAIN, "a", 0.9),
        run("specedit", "f", 0.02, EditSet.FILES_20, LARGE.name),
    ]
    floor, large_floor, bits, plain, tuned, files, regions = compare_targets(findings)
    assert (floor.measured, floor.reached) == ("1.10 (4.40 ms)", True)
    assert large_floor.reached is None
    assert bits.reached is False
    assert "1 of 4 texts differ" in bits.measured
    assert (plain.measured, plain.reached) == ("9.0", True)
    assert (tuned.measured, tuned.reached) == ("1.5", False)
    assert (files.measured, files.reached) == ("20,000.0", True)
    assert regions.reached is None


def test_the_page_shows_what_was_found_and_what_was_not_run() -> None:
    findings: list[Finding] = [
        *CEILINGS,
        time_forward(),
        RowDependence(MEDIUM.name, "bfloat16", 128, 1, 1024, 0.25),
        run("specedit", "a", 0.1),
        LeftOut("7B int4", "everything", "torchao is not installed"),
        Fault("32B bfloat16", "exactness", "Traceback: out of memory"),
    ]
    page = to_markdown(findings, trial=False, device="cuda:0")
    assert "copy bandwidth: 4 TB/s" in page
    assert "| recorded | 128 | 1 | 4.40 (1.10) |" in page
    assert "logits move by up to 0.25" in page
    assert "7B int4: everything: torchao is not installed" in page
    assert "### 32B bfloat16: exactness" in page
    assert "Traceback: out of memory" in page
    assert "trial" not in page


def test_a_trial_says_so_before_anything_else() -> None:
    page = to_markdown([], trial=True, device="cpu")
    assert page.split("\n\n")[1].startswith("**A trial of the report with a tiny model on cpu.**")
    assert "## Faults" not in page
