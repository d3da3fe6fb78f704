"""`scripts/measure_forwards`: what it prints, with a model that is small."""

from __future__ import annotations

import pytest
import torch

from specedit_lsp.evaluation.forward_costs import ROWS, main, measure_forwards
from specedit_lsp.evaluation.gpu.shapes import TINY


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_number_of_rows_is_timed_both_ways(dtype: torch.dtype) -> None:
    costs = list(measure_forwards(TINY, dtype, rows=(1, 5), rounds=1))
    assert [(cost.dtype, cost.rows) for cost in costs] == [(dtype, 1), (dtype, 5)]
    assert all(cost.plain > 0 and cost.packed > 0 for cost in costs)


def test_the_table_says_what_ran(capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    try:
        main(["--shape", "tiny", "--threads", "1", "--rounds", "1"])
    finally:
        torch.set_num_threads(threads)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "tiny, random weights, 1 threads, ms per forward"
    assert len(lines) == 4 + 2 * len(ROWS)


def test_an_unknown_shape_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--shape", "enormous"])
    assert "--shape" in capsys.readouterr().err
