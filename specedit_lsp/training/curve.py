"""The loss curve of a run, drawn from its log."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def draw_curve(log: Path, picture: Path) -> None:
    """Draw output loss, longest example and held-out exact match against the tokens seen."""
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    steps = [row for row in rows if "loss" in row]
    checks = [row for row in rows if "exact" in row]
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), dpi=80)
    millions = [row["tokens"] / 1e6 for row in steps]
    axes.plot(millions, [row["loss"] for row in steps], color="#1f6f8b", linewidth=1, label="output loss")
    axes.set_yscale("log")
    axes.set_xlabel("tokens seen, millions")
    axes.set_ylabel("output loss, nats per token")
    right = axes.twinx()
    longest = max(row["longest"] for row in steps)
    right.plot(
        millions, [row["longest"] / longest for row in steps], color="#bbbbbb", linewidth=1,
        label=f"longest example, of {longest} tokens",
    )  # fmt: skip
    right.plot(
        [row["tokens"] / 1e6 for row in checks], [row["exact"] for row in checks], "o-", color="#c0562b",
        markersize=4, label="held-out edits exactly right",
    )  # fmt: skip
    right.set_ylim(0, 1.05)
    figure.legend(loc="upper right", bbox_to_anchor=(0.9, 0.88), fontsize="small", frameon=False)
    figure.tight_layout()
    figure.savefig(picture)
    pyplot.close(figure)
