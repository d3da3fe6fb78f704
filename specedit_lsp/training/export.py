"""Writing the bundled model folder: fp16 weights, tokenizer, profile and model card."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaForCausalLM

from specedit_lsp.training.card import write_card
from specedit_lsp.training.curve import draw_curve
from specedit_lsp.training.tokenizer import END, PAD


def export_model(model: LlamaForCausalLM, corpus: Path, run: Path, target: Path) -> None:
    """Write `target` anew, with the tokenizer in `corpus` and the log of `run`; it appears at once.

    Its card says that the model has not been measured; `add_figures` mends that.
    """
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(corpus / "tokenizer", fresh)
    model.generation_config = GenerationConfig(eos_token_id=END, pad_token_id=PAD)  # type: ignore[no-untyped-call]
    model.to(dtype=torch.float16).save_pretrained(fresh)  # type: ignore[call-arg]
    (fresh / "model.safetensors").chmod(0o644)  # it is written for its owner only
    (fresh / "specedit.json").write_text('{"profile": "mini"}\n', encoding="utf-8")
    draw_curve(run / "log.jsonl", fresh / "loss_curve.png")
    write_card(run, fresh)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
