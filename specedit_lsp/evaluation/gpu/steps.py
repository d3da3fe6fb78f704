"""One part of the report, step by step, each in a try of its own."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from specedit_lsp.evaluation.gpu.card import describe_card, measure_copy, measure_product, read_clocks
from specedit_lsp.evaluation.gpu.exactness import check_exactness, run_gate
from specedit_lsp.evaluation.gpu.findings import Clocks, Fault, LeftOut
from specedit_lsp.evaluation.gpu.first_hunk import time_first_hunks
from specedit_lsp.evaluation.gpu.forward_times import time_compiled_forwards, time_forwards
from specedit_lsp.evaluation.gpu.parts import Step
from specedit_lsp.evaluation.gpu.replays import replay_edits
from specedit_lsp.evaluation.gpu.shapes import load_random_model
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.model.device_faults import release_unused
from specedit_lsp.model.faults import UnsupportedModel
from specedit_lsp.model.gate import prove_shape
from specedit_lsp.model.shape import choose_shape

_WITH_MODEL: dict[Step, Callable[[Workbench, Subject], None]] = {
    Step.GATE: run_gate,
    Step.FORWARDS: time_forwards,
    Step.EXACTNESS: check_exactness,
    Step.REPLAYS: replay_edits,
    Step.COMPILED: time_compiled_forwards,
}


def run_part(bench: Workbench) -> None:
    """Run all steps of a part and write down what they find, their faults included."""
    part = bench.part
    subject: Subject | None = None
    with _warnings_written_down(bench):
        for step in part.steps:
            if bench.is_over(step):
                continue
            try:
                if step is Step.CEILINGS:
                    measure_ceilings(bench)
                elif step is Step.FIRST_HUNK:
                    time_first_hunks(bench)
                else:
                    subject = subject or load_subject(bench)
                    _WITH_MODEL[step](bench, subject)
            except UnsupportedModel as fault:
                bench.journal.add(LeftOut(part.name, step, str(fault)))
            except Exception:
                bench.journal.add(Fault(part.name, step, traceback.format_exc()))
            gc.collect()
            release_unused(bench.device)
        if bench.device.type == "cuda" and (reading := read_clocks()):
            bench.journal.add(Clocks(part.name, reading))


def load_subject(bench: Workbench) -> Subject:
    """Return the part's model with random weights, in the shape that the gate allows it here.

    Raises:
        UnsupportedModel: what its quantisation needs is not installed.
    """
    part = bench.part
    loaded = load_random_model(part.shape, bench.dtype, bench.device, bench.tokenizer, part.quantization)
    try:
        shape, _ = prove_shape(loaded)
    except RuntimeError:
        bench.journal.add(Fault(part.name, "proof of branches", traceback.format_exc()))
        shape = choose_shape(loaded.device, loaded.dtype)
    # A processor in float32 needs no canonical shape; here all is measured in one.
    shape = replace(shape, canonical=True)
    return Subject(loaded, shape, part.precision if part.quantization == "none" else part.quantization)


def measure_ceilings(bench: Workbench) -> None:
    """Describe the device and measure the most that it does."""
    part, device, journal = bench.part, bench.device, bench.journal
    journal.add(describe_card(device))
    journal.add(measure_copy(device, part.copy_bytes))
    for precision in ("bfloat16", "float32"):
        journal.add(measure_product(device, precision, part.product_size))


class _Listener(logging.Handler):
    """Writes warnings down: a model that cannot be recorded as a graph is only slower, and says so."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(logging.WARNING)
        self._bench = bench

    def emit(self, record: logging.LogRecord) -> None:
        self._bench.journal.add(Fault(self._bench.part.name, "warning", record.getMessage()))


@contextmanager
def _warnings_written_down(bench: Workbench) -> Iterator[None]:
    log = logging.getLogger("specedit_lsp")
    listener = _Listener(bench)
    log.addHandler(listener)
    try:
        yield
    finally:
        log.removeHandler(listener)
