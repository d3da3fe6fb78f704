"""One part of the report, in a process of its own: `python -m specedit_lsp.evaluation.gpu PART ...`."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from specedit_lsp.evaluation.gpu.deadline import Deadline
from specedit_lsp.evaluation.gpu.findings import Journal
from specedit_lsp.evaluation.gpu.parts import FULL, TRIAL
from specedit_lsp.evaluation.gpu.steps import run_part
from specedit_lsp.evaluation.gpu.workbench import Workbench
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer


def main() -> None:
    """Run the part that the arguments name."""
    parts = {part.name: part for part in (*TRIAL, *FULL)}
    parser = argparse.ArgumentParser(prog="python -m specedit_lsp.evaluation.gpu")
    parser.add_argument("part", choices=parts)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--until", type=float, required=True, help="seconds since the epoch")
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--edits", type=Path)
    parser.add_argument("--tokenizer", default="")
    given = parser.parse_args()
    run_part(
        Workbench(
            part=parts[given.part],
            device=torch.device(given.device),
            tokenizer=load_tokenizer(*filter(None, [given.tokenizer])),
            journal=Journal(given.journal),
            deadline=Deadline(given.until),
            edits=given.edits,
        )
    )


if __name__ == "__main__":
    main()
