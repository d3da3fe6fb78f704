"""Writing the bundled model folder: fp16 weights, tokenizer, profile and model card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaForCausalLM

from specedit_lsp.training.curve import draw_curve
from specedit_lsp.training.corpus.sources import Source, read_sources
from specedit_lsp.training.tokenizer import END, PAD

CARD = Path(__file__).with_name("model_card.md")


def export_model(model: LlamaForCausalLM, corpus: Path, run: Path, target: Path) -> None:
    """Write `target` anew from the tokenizer in `corpus` and the log of `run`; it appears at once and complete."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(corpus / "tokenizer", fresh)
    model.generation_config = GenerationConfig(eos_token_id=END, pad_token_id=PAD)  # type: ignore[no-untyped-call]
    model.to(dtype=torch.float16).save_pretrained(fresh)  # type: ignore[call-arg]
    (fresh / "model.safetensors").chmod(0o644)  # it is written for its owner only
    (fresh / "specedit.json").write_text('{"profile": "mini"}\n', encoding="utf-8")
    draw_curve(run / "log.jsonl", fresh / "loss_curve.png")
    parameters = sum(weight.numel() for weight in model.parameters())
    (fresh / "README.md").write_text(write_card(run, parameters), encoding="utf-8")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def write_card(run: Path, parameters: int) -> str:
    """The model card: what the model does, and what it was trained on."""
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    last = next(row for row in reversed(rows) if "loss" in row)
    sources = read_sources()
    return CARD.read_text(encoding="utf-8").format(
        parameters=f"{parameters / 1e6:.1f}",
        tokens=f"{last['tokens'] / 1e6:.1f}",
        minutes=f"{last['elapsed'] / 60:.0f}",
        held_out="\n".join(describe_source(source) for source in sources if source.held_out),
        sources="\n".join(describe_source(source) for source in sources if not source.held_out),
    )


def describe_source(source: Source) -> str:
    """One row of a Markdown table."""
    return f"| {source.name} | {source.version} | {source.licence} |"
