"""Writing the bundled model folder: fp16 weights, tokenizer, profile and model card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaForCausalLM

from specedit_lsp.training.curve import draw_curve
from specedit_lsp.training.evaluate import GOAL_KINDS, Score, mix_scores
from specedit_lsp.training.sources import Source, read_sources
from specedit_lsp.training.tokenizer import END, PAD

CARD = Path(__file__).with_name("model_card.md")


def export_model(model: LlamaForCausalLM, folder: Path, target: Path) -> None:
    """Write `target` anew from the run in `folder`; it appears at once and complete."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder / "tokenizer", fresh)
    model.generation_config = GenerationConfig(eos_token_id=END, pad_token_id=PAD)  # type: ignore[no-untyped-call]
    model.to(dtype=torch.float16).save_pretrained(fresh)  # type: ignore[call-arg]
    (fresh / "model.safetensors").chmod(0o644)  # it is written for its owner only
    (fresh / "specedit.json").write_text('{"profile": "mini"}\n', encoding="utf-8")
    draw_curve(folder / "log.jsonl", fresh / "loss_curve.png")
    parameters = sum(weight.numel() for weight in model.parameters())
    (fresh / "README.md").write_text(write_card(folder, parameters), encoding="utf-8")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def write_card(folder: Path, parameters: int) -> str:
    """The model card: what the model does, how well, and what it was trained on."""
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    last = next(row for row in reversed(rows) if "loss" in row)
    sources = read_sources()
    return CARD.read_text(encoding="utf-8").format(
        parameters=f"{parameters / 1e6:.1f}",
        tokens=f"{last['tokens'] / 1e6:.1f}",
        minutes=f"{last['elapsed'] / 60:.0f}",
        figures=describe_figures(folder / "evaluation.json"),
        held_out="\n".join(describe_source(source) for source in sources if source.held_out),
        sources="\n".join(describe_source(source) for source in sources if not source.held_out),
    )


def describe_source(source: Source) -> str:
    """One row of a Markdown table."""
    return f"| {source.name} | {source.version} | {source.licence} |"


def describe_figures(evaluation: Path) -> str:
    """The measured shares as a Markdown table, if they have been measured."""
    if not evaluation.exists():
        return "Not measured yet: this is a snapshot of a run that goes on."
    scores = [Score(**row) for row in json.loads(evaluation.read_text(encoding="utf-8"))["scores"]]
    rows = [f"| {s.kind} | {s.right} of {s.tried} | {s.right / s.tried:.0%} |" for s in scores]
    share = mix_scores(scores, GOAL_KINDS)
    goal = f"| **single renames and one-line edits** | weighted as in training | **{share:.1%}** |"
    return "\n".join(["| edit | exactly right | share |", "| --- | --- | --- |", *rows, goal])
