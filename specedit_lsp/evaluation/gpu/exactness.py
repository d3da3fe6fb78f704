"""Bitwise equality on the device: the row-permutation gate, and the model's own output with bad drafts."""

from __future__ import annotations

from collections.abc import Sequence

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.decoding.speculative_decoder import SpeculativeDecoder
from specedit_lsp.drafting.router import Router
from specedit_lsp.evaluation.audit.adversaries import ADVERSARIES, Adversary
from specedit_lsp.evaluation.gpu.findings import Exactness, RowDependence
from specedit_lsp.evaluation.gpu.generated_edits import make_style_renames
from specedit_lsp.evaluation.gpu.workbench import Subject, Workbench
from specedit_lsp.evaluation.task import build_task
from specedit_lsp.model.gate import find_row_dependence
from specedit_lsp.model.runner import ModelRunner


def run_gate(bench: Workbench, subject: Subject) -> None:
    """Run the row-permutation gate in the engine's shape, for each bucket of the part."""
    shape = subject.shape
    for bucket in bench.part.gate_buckets:
        for branches in sorted({1, shape.branches}):
            if bench.is_over(f"the gate of {shape.rows} rows, {branches} branches, {bucket} slots"):
                continue
            worst = find_row_dependence(subject.loaded, shape, bucket, branches)
            bench.journal.add(
                RowDependence(subject.loaded.name, subject.precision, shape.rows, branches, bucket, worst)
            )


def check_exactness(bench: Workbench, subject: Subject) -> None:
    """Compare the model's own greedy output with drafting off and on.

    Drafts are made of that very output and spoiled. Random weights are the hard case: the two best scores
    are closer to each other than a trained model's.
    """
    loaded = subject.loaded
    runner = ModelRunner(loaded, subject.shape)
    count = bench.part.text_tokens
    prompts: list[Sequence[int]] = []
    plain: list[list[int]] = []
    for case in make_style_renames(bench.part.texts):
        if bench.is_over(f"exactness on {case.id}"):
            continue
        prompts.append(build_task(case, bench.tokenizer)[0].prompt)
        plain.append(_write(runner, prompts[-1], Router(()), count))
    for way, spoil in ADVERSARIES.items():
        if not plain or bench.is_over(f"exactness with {way}"):
            continue
        differences: list[str] = []
        for number, (prompt, expected) in enumerate(zip(prompts, plain, strict=True)):
            adversary = Adversary(spoil, expected, loaded.vocabulary_size, f"{number} {way}")
            found = _write(runner, prompt, Router([adversary], branches=subject.shape.branches), count)
            if found != expected:
                differences.append(f"text {number}, token {count_agreed(expected, found)}")
        bench.journal.add(
            Exactness(
                model=subject.loaded.name,
                precision=subject.precision,
                drafts=way,
                texts=len(plain),
                tokens=sum(map(len, plain)),
                differing=len(differences),
                first_difference=differences[0] if differences else "",
            )
        )


def _write(runner: ModelRunner, prompt: Sequence[int], router: Router, count: int) -> list[int]:
    """Return so many tokens; random weights have no token that ends anything."""
    steps = SpeculativeDecoder(runner, runner.shape.rows).decode(prompt, router, frozenset(), count)
    return [token for step in steps for token in step.tokens]
