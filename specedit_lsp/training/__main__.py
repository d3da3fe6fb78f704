"""The commands of `scripts/train_mini`, and `all`: fetch, tokenizer, train and export in turn."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from rich.console import Console

from specedit_lsp.training.card import add_figures, name_model
from specedit_lsp.training.corpus.sources import build_corpus, load_corpus
from specedit_lsp.training.curve import draw_curve
from specedit_lsp.training.edits.mixture import draw_example
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.export import export_model
from specedit_lsp.training.plan import PLANS, choose_plan
from specedit_lsp.training.quality_set import QUALITY_SET, draw_quality_set, write_quality_set
from specedit_lsp.training.tokenizer import build_tokenizer
from specedit_lsp.training.train import load_trained, train

BUNDLED = Path(__file__).parents[1] / "bundled"
COMMANDS = ["fetch", "tokenizer", "train", "quality-set", "export", "card", "all"]


def main() -> None:
    """Run one command, or all of them, leaving out what is there already."""
    options = parse_arguments()
    folder: Path = options.folder
    run = folder / options.plan
    everything = options.command == "all"
    if options.command == "fetch" or (everything and not (folder / "train.jsonl").exists()):
        fetch(folder)
    if options.command == "tokenizer" or (everything and not (folder / "tokenizer").exists()):
        build_tokenizer(folder, draw_instructions(folder))
    if options.command in {"train", "all"}:
        plan = choose_plan(
            options.plan,
            minutes=options.minutes,
            batch_tokens=options.batch_tokens,
            shortest=options.shortest,
            muon_rate=options.muon_rate,
            adam_rate=options.adam_rate,
        )
        train(folder, run, plan, options.start_from)
        draw_curve(run / "log.jsonl", run / "loss_curve.png")
    if options.command == "quality-set":
        write_quality_set(draw_quality_set(folder), QUALITY_SET)
    target = options.target or BUNDLED / name_model(options.plan)
    if options.command in {"export", "all"}:
        export_model(load_trained(run), folder, run, target)
    if options.command == "card":
        add_figures(run, target)


def parse_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="train_mini", description="Train the bundled models.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--plan", choices=list(PLANS), default="mini", help="size and pace")
    parser.add_argument("--minutes", type=float, help="time to train for, in all")
    parser.add_argument("--batch-tokens", type=int)
    parser.add_argument("--shortest", type=int, help="tokens of the longest example at the beginning")
    parser.add_argument("--muon-rate", type=float)
    parser.add_argument("--adam-rate", type=float)
    parser.add_argument("--start-from", type=Path, metavar="MODEL", help="an exported model to begin from")
    parser.add_argument("--folder", type=Path, default=Path("build/train"), help="for all but the result")
    parser.add_argument("--target", type=Path, help="where the exported model goes; else into the package")
    return parser.parse_args()


def fetch(folder: Path) -> None:
    """Download the pinned projects and take the short blocks of code out of them."""
    console = Console()
    for (language, project), count in sorted(build_corpus(folder).items()):
        console.print(f"{language:12}{project:48}{count:6}")


def draw_instructions(folder: Path, number: int = 20_000) -> list[str]:
    """Instructions as they are learned from, for the tokenizer."""
    pools, rng = Pools(load_corpus(folder, held_out=False)), random.Random(0)
    return [draw_example(pools, rng, 500).instruction for _ in range(number)]


if __name__ == "__main__":
    main()
