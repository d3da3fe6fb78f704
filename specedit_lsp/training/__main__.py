"""The commands of `scripts/train_mini`: fetch, tokenizer, train, evaluate, export, or all of them in turn."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from specedit_lsp.training.corpus.sources import build_corpus, load_corpus
from specedit_lsp.training.curve import draw_curve
from specedit_lsp.training.edits.mixture import draw_example
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.evaluate import is_right, score_kinds, tabulate_scores
from specedit_lsp.training.export import export_model
from specedit_lsp.training.tokenizer import build_tokenizer
from specedit_lsp.training.train import Plan, Run, load_trained

BUNDLED = Path(__file__).parents[1] / "bundled" / "specedit-mini"


def main() -> None:
    """Run one command, or all of them, leaving out what is there already."""
    options = parse_arguments()
    folder: Path = options.folder
    plan = Plan(minutes=options.minutes, batch_tokens=options.batch_tokens, layers=options.layers)
    everything = options.command == "all"
    if options.command == "fetch" or (everything and not (folder / "train.jsonl").exists()):
        fetch(folder)
    if options.command == "tokenizer" or (everything and not (folder / "tokenizer").exists()):
        build_tokenizer(folder, draw_instructions(folder))
    if options.command in {"train", "all"}:
        Run(folder, plan, Console()).train()
        draw_curve(folder / "log.jsonl", folder / "loss_curve.png")
    if options.command in {"evaluate", "all"}:
        evaluate(folder)
    if options.command in {"export", "all"}:
        export_model(load_trained(folder), folder, options.target)


def parse_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="train_mini", description="Train specedit-mini from scratch.")
    parser.add_argument("command", choices=["fetch", "tokenizer", "train", "evaluate", "export", "all"])
    parser.add_argument("--minutes", type=float, default=Plan.minutes, help="time to train for, in all")
    parser.add_argument("--batch-tokens", type=int, default=Plan.batch_tokens)
    parser.add_argument("--layers", type=int, default=Plan.layers)
    parser.add_argument("--folder", type=Path, default=Path("build/train"), help="for all but the result")
    parser.add_argument("--target", type=Path, default=BUNDLED, help="where the exported model goes")
    return parser.parse_args()


def fetch(folder: Path) -> None:
    """Download the pinned projects and take the short blocks of code out of them."""
    console = Console()
    for (language, project), count in sorted(build_corpus(folder).items()):
        console.print(f"{language:12}{project:48}{count:6}")


def draw_instructions(folder: Path, number: int = 20_000, seed: int = 0) -> list[str]:
    """Instructions of edits to the training blocks, for the tokenizer to learn their words from."""
    pools, rng = Pools(load_corpus(folder, held_out=False)), random.Random(seed)
    return [draw_example(pools, rng, characters=500).instruction for _ in range(number)]


def evaluate(folder: Path) -> None:
    """Measure exact match on held-out projects; keep figures and misses in `evaluation.json`."""
    scores, answered = score_kinds(load_trained(folder), folder)
    misses = [
        {**asdict(example), "answer": answer} for example, answer in answered if not is_right(answer, example)
    ]
    report = {"scores": [asdict(score) for score in scores], "misses": misses}
    (folder / "evaluation.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    Console().print(tabulate_scores(scores))


if __name__ == "__main__":
    main()
