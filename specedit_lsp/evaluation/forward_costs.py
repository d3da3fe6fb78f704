"""What a forward costs a processor by its rows, with weights as PyTorch lays them out and as we pack them.

The model has random weights, so that there is nothing to download: what it says is nonsense, what it costs
is not.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch

from specedit_lsp.evaluation.gpu.shapes import SMALL, TINY, ModelShape, load_random_model
from specedit_lsp.model.checkpoint import find_folder, read_tokenizer
from specedit_lsp.model.packing import pack_linears, unpack_linears, with_layers
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.model.shape import FREE
from specedit_lsp.settings import ModelSettings
from specedit_lsp.worker.engine.calibration import choose_threads

ROWS = (1, 2, 4, 8, 16, 32, 64)
_CONTEXT = 256
"""Tokens before the rows."""
ROUNDS = 5
_SHAPES = {shape.name: shape for shape in (SMALL, TINY)}
_DTYPES = (torch.float32, torch.bfloat16)


@dataclass(frozen=True, slots=True)
class ForwardCost:
    """Milliseconds of a forward, by the layout of the weights; medians of a few rounds by turns."""

    dtype: torch.dtype
    rows: int
    plain: float
    packed: float


def measure_forwards(
    shape: ModelShape, dtype: torch.dtype, rows: Sequence[int] = ROWS, rounds: int = ROUNDS
) -> Iterator[ForwardCost]:
    """Time forwards of a model of this shape, behind a prompt."""
    tokenizer = read_tokenizer(find_folder(ModelSettings().path))
    loaded = load_random_model(shape, dtype, torch.device("cpu"), tokenizer)
    pack_linears(loaded.model, loaded.group)
    plain = unpack_linears(loaded.model)
    runner = ModelRunner(loaded, FREE)
    runner.begin((), _CONTEXT + max(rows))
    runner.forward([0] * _CONTEXT)
    for count in rows:
        seconds: tuple[list[float], list[float]] = [], []
        for layers, times in [(plain, seconds[0]), ({}, seconds[1])] * (1 + rounds):
            with with_layers(loaded.model, layers) if layers else nullcontext():
                times.append(_time(runner, count))
        # The first round finds caches cold.
        yield ForwardCost(dtype, count, *(1e3 * statistics.median(times[1:]) for times in seconds))


def _time(runner: ModelRunner, rows: int) -> float:
    began = time.perf_counter()
    runner.forward([0], [0] * (rows - 1))
    seconds = time.perf_counter() - began
    runner.keep(rows, [])
    return seconds


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/measure_forwards", description=__doc__)
    parser.add_argument("--shape", choices=_SHAPES, default=SMALL.name)
    parser.add_argument("--threads", type=int, default=choose_threads())
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Print a table in Markdown."""
    options = _parse(arguments)
    torch.set_num_threads(options.threads)
    write = sys.stdout.write
    write(f"{options.shape}, random weights, {options.threads} threads, ms per forward\n\n")
    write("| precision | rows | plain weights | packed | plain / packed |\n|---|---|---|---|---|\n")
    for dtype in _DTYPES:
        for cost in measure_forwards(_SHAPES[options.shape], dtype, rounds=options.rounds):
            name = str(dtype).removeprefix("torch.")
            ratio = cost.plain / cost.packed
            write(f"| {name} | {cost.rows} | {cost.plain:.0f} | {cost.packed:.0f} | {ratio:.1f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
