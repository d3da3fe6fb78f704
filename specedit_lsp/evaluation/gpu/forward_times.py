"""Milliseconds per forward by rows and bucket, in the engine's own canonical forward."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from itertools import product

import torch

from specedit_lsp.evaluation.gpu.findings import ForwardTime, LeftOut
from specedit_lsp.evaluation.gpu.shapes import count_bytes, count_operations
from specedit_lsp.evaluation.gpu.stopwatch import time_on_device, time_until_known
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.evaluation.measure import quantile
from specedit_lsp.model.canonical import CanonicalForward
from specedit_lsp.model.choice import choose
from specedit_lsp.model.kv_cache import KVCache
from specedit_lsp.model.shape import Shape

EAGER = "eager"
RECORDED = "recorded"
COMPILED = "recorded, compiled layers"

_SECONDS = 0.25
"""For each way of each cell of the table."""
_BRANCHES = (2, 8)
"""Dealing rows to branches has a price of its own: each branch sees a copy of the cache."""
_COMPILED_CELLS = 4
"""A compiler takes its time."""


def time_forwards(bench: Workbench, subject: Subject) -> None:
    """Time recorded forwards in all cells of the part's table; in its first row eager and dealt ones too."""
    part = bench.part
    recorded = bench.device.type == "cuda"
    if not recorded:
        bench.journal.add(LeftOut(part.name, "recorded forwards", "there are no CUDA graphs on a CPU"))
    for rows, bucket in product(part.rows, part.buckets):
        if bench.is_over(f"forwards of {rows} rows over {bucket} slots"):
            continue
        if recorded:
            _time_cell(bench, subject, RECORDED, rows, bucket)
        if rows == part.rows[0] or not recorded:
            _time_cell(bench, subject, EAGER, rows, bucket)
        if rows == part.rows[0]:
            for branches in _BRANCHES:
                _time_cell(bench, subject, RECORDED if recorded else EAGER, rows, bucket, branches)


def time_compiled_forwards(bench: Workbench, subject: Subject) -> None:
    """Have torch compile what lies between the layers' large products, and time forwards again."""
    for module in subject.loaded.model.modules():
        if type(module).__name__.endswith(("RMSNorm", "MLP")):
            module.compile(dynamic=False)
    for rows, bucket in list(product(bench.part.rows, bench.part.buckets))[:_COMPILED_CELLS]:
        if not bench.is_over(f"compiled forwards of {rows} rows over {bucket} slots"):
            _time_cell(bench, subject, COMPILED, rows, bucket)


@torch.inference_mode()
def _time_cell(
    bench: Workbench, subject: Subject, how: str, rows: int, bucket: int, branches: int = 1
) -> None:
    loaded = subject.loaded
    cache = KVCache(loaded.device)
    cache.reserve(bucket)
    forward = CanonicalForward(loaded, cache, Shape(rows, canonical=True))
    dice = random.Random(0)
    share = rows // branches
    tokens = [[dice.randrange(loaded.vocabulary_size) for _ in range(share)] for _ in range(branches)]
    start = bucket - rows
    ids = torch.tensor(tokens, device=loaded.device)
    first = torch.tensor([start], device=loaded.device)

    def run_eagerly() -> torch.Tensor:
        return choose(forward.compute_logits(ids, first, bucket))

    def run() -> torch.Tensor:
        return forward.run(tokens, start, bucket)

    call: Callable[[], torch.Tensor] = run_eagerly if how == EAGER else run
    run_eagerly()
    # Kernels are faster on zeros than on anything that a sequence has.
    for layer in cache.layers:
        layer.keys.normal_()  # type: ignore[union-attr]
        layer.values.normal_()  # type: ignore[union-attr]
    times = time_on_device(call, loaded.device, _SECONDS)
    known = time_until_known(call, _SECONDS)
    part = bench.part
    bench.journal.add(
        ForwardTime(
            model=loaded.name,
            precision=subject.precision,
            how=how,
            rows=rows,
            branches=branches,
            bucket=bucket,
            milliseconds=1000 * statistics.median(times),
            p95_milliseconds=1000 * quantile(times, 0.95),
            synchronised_milliseconds=1000 * statistics.median(known),
            bytes=count_bytes(part.shape, loaded.dtype, bucket, part.quantization),
            operations=count_operations(part.shape, rows, bucket),
        )
    )
