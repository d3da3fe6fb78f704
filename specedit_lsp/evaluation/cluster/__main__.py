"""``python -m specedit_lsp.evaluation.cluster FOLDER`` writes cluster.md, .json and .svg there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from specedit_lsp.evaluation.cluster.editors import Habits
from specedit_lsp.evaluation.cluster.scale import Cell, measure_scale
from specedit_lsp.evaluation.cluster.scale_chart import draw_scale
from specedit_lsp.evaluation.cluster.scale_report import to_json, to_markdown
from specedit_lsp.evaluation.server_report import describe_machine


def _show(cell: Cell) -> None:
    sys.stderr.write(f"{cell.replicas} replicas, {cell.editors} editors: {cell.per_second:.1f} edits/s\n")


def _main(folder: Path) -> None:
    machine = describe_machine()
    scale = measure_scale(Habits(), _show)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.json").write_text(json.dumps(to_json(scale, machine), indent=1) + "\n")
    (folder / "cluster.svg").write_text(draw_scale(scale))
    (folder / "cluster.md").write_text(page := to_markdown(scale, machine))
    sys.stdout.write(page)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m specedit_lsp.evaluation.cluster FOLDER")
    _main(Path(sys.argv[1]))
