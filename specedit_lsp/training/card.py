"""The model card: what the model is for, how it came to be, and how good it was found to be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from specedit_lsp.training.corpus.blocks import MAX_CHARACTERS, MAX_LINES
from specedit_lsp.training.corpus.sources import Source, read_sources
from specedit_lsp.training.edits.mixture import KINDS
from specedit_lsp.training.quality_set import QUALITY_SET

TEMPLATE = Path(__file__).with_name("model_card.md")
PURPOSES = {
    "specedit-mini": "as the model that works right after installation, on any processor",
    "specedit-nano": "to draft for specedit-mini, whose tokenizer it shares: by itself it is often wrong",
}
UNMEASURED = "Not measured yet."
CHART = "quality.svg"


def name_model(plan: str) -> str:
    """The name of the model that a plan makes, wherever it was trained."""
    return f"specedit-{plan.removesuffix('-gpu')}"


def write_card(run: Path, folder: Path, figures: str = UNMEASURED) -> None:
    """Write the card of the exported model in `folder`, which comes from `run`, named like its plan."""
    name = name_model(run.name)
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    steps = [row for row in rows if "loss" in row]
    parameters = sum(weight.numel() for weight in load_file(folder / "model.safetensors").values())
    sources = read_sources()
    card = TEMPLATE.read_text(encoding="utf-8").format(
        name=name,
        purpose=PURPOSES[name],
        parameters=f"{parameters / 1e6:.1f}",
        kinds=len(KINDS),
        characters=f"{MAX_CHARACTERS:,}",
        lines=MAX_LINES,
        longest=f"{max(row['longest'] for row in steps):,}",
        tokens=f"{steps[-1]['tokens'] / 1e6:.1f}",
        minutes=f"{steps[-1]['elapsed'] / 60:.0f}",
        beginning=describe_beginning(rows),
        figures=figures,
        held_out="\n".join(describe_source(source) for source in sources if source.held_out),
        sources="\n".join(describe_source(source) for source in sources if not source.held_out),
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def add_figures(run: Path, folder: Path) -> None:
    """Put into the card what `specedit bench quality --report` wrote into `run` about the model in `folder`.

    Raises:
        ValueError: there is no such report, or it is not about this model on the whole bundled set.
    """
    source = run / "quality.json"
    remedy = f"run specedit bench quality --model {folder} --report {run}"
    try:
        report = json.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"there is no {source}: {remedy}") from None
    if report["weights_sha256"] != hash_file(folder / "model.safetensors"):
        raise ValueError(f"{source} is about another model than {folder}: {remedy}")
    if report["set_sha256"] != hash_file(QUALITY_SET) or report["edits"] != report["edits_in_set"]:
        raise ValueError(f"{source} is not about the whole of {QUALITY_SET.name}: {remedy}")
    shutil.copyfile(run / CHART, folder / CHART)
    tables = (run / "quality.md").read_text(encoding="utf-8").rstrip("\n")
    write_card(run, folder, f"{tables}\n\n![share of edits that are exactly right, by kind]({CHART})")


def describe_beginning(rows: Sequence[Mapping[str, Any]]) -> str:
    """Where a run took place and what it started from, as far as its log says: sentences after spaces."""
    sentences = []
    for row in rows:
        if "device" in row:
            count, place = row["processes"], "a GPU" if row["device"] == "cuda" else "processor cores"
            team = f"{count} processes with averaged gradients" if count > 1 else "one process"
            sentences.append(f"It was done by {team} on {place}.")
            if row["started_from"]:
                sentences.append(f"It began with the weights of {row['started_from']}.")
    return "".join(f" {sentence}" for sentence in sentences)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe_source(source: Source) -> str:
    """One row of a Markdown table."""
    return f"| {source.name} | {source.version} | {source.licence} |"
