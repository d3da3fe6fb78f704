"""Draws one trace twice: as a terminal shows it, and as the page that a browser is to photograph."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console

from specedit_lsp.trace import Trace
from specedit_lsp.trace.terminal import OutputStyle, describe, render_legend, render_output
from specedit_lsp.transport.messages import RewriteOrder
from specedit_lsp.worker.tracing.schema import RewriteTrace
from tests.trace.samples import load_engine, take

WIDTH = 84
"""Characters."""
SAMPLE = Path(__file__).parent.parent.parent / "scripts" / "demo_sample.py"


def draw_terminal(trace: Trace) -> str:
    """Return an SVG that fetches no fonts."""
    console = Console(record=True, file=io.StringIO(), width=WIDTH, force_terminal=True)
    console.print(describe(trace), end="\n\n")
    console.print(render_output(trace, OutputStyle(coloured=True, width=WIDTH, forwards=True)))
    console.print(render_legend(trace, coloured=True))
    picture = console.export_svg(title="specedit trace --forwards", unique_id="trace")
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", picture, flags=re.DOTALL)


def main(picture: Path, page: Path) -> None:
    """Write both."""
    kept: list[RewriteTrace] = []
    _, definition, function = SAMPLE.read_text("utf-8").partition("def ")
    order = RewriteOrder(
        instruction="rename user to account", selection=definition + function, language="python"
    )
    trace = take(load_engine(kept), kept, order)
    picture.write_text(draw_terminal(trace), "utf-8")
    page.write_text(trace.to_html(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
