"""What `specedit trace` prints and writes."""

from __future__ import annotations

import os
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from specedit_lsp.trace import Trace, TraceUnreadable, load
from specedit_lsp.trace.finding import NONE_KEPT
from specedit_lsp.trace.terminal import OutputStyle, describe, render_forwards, render_legend, render_output
from specedit_lsp.trace.visible import make_visible
from specedit_lsp.worker.tracing.log import LAST, list_traces


def list_kept(folder: Path) -> None:
    """Print the newest kept rewrites.

    Raises:
        typer.BadParameter: there are none.
    """
    paths = list_traces(folder)
    if not paths:
        raise typer.BadParameter(NONE_KEPT)
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "tokens", "forwards", "seconds"):
        table.add_column(heading, justify="left" if heading == "id" else "right", no_wrap=True)
    table.add_column("instruction", overflow="ellipsis", no_wrap=True)
    for path in paths[:LAST]:
        try:
            trace = load(path)
        except TraceUnreadable:
            table.add_row(path.stem, "", "", "", Text("(of another version, or damaged)", "dim"))
            continue
        stats = trace.stats
        figures = f"{stats.output_tokens:,}", f"{stats.forwards:,}", f"{stats.seconds:.2f}"
        table.add_row(path.stem, *figures, Text(make_visible(trace.order.instruction).replace("\n", " ")))
    console = Console()
    console.print(table)
    if len(paths) > LAST:
        console.print(f"and {len(paths) - LAST:,} older ones in {folder}", soft_wrap=True)


def show_trace(trace: Trace, *, tokens: bool, forwards: bool, table: bool) -> None:
    """Print a trace, in colours where there are any."""
    console = Console()
    coloured = console.color_system is not None and not console.no_color
    style = OutputStyle(coloured=coloured, width=console.width, tokens=tokens, forwards=forwards)
    console.print(describe(trace), end="\n\n")
    # Code is not to be broken where words end.
    console.print(render_output(trace, style), soft_wrap=True)
    console.print(render_legend(trace, coloured))
    if table:
        console.print()
        console.print(render_forwards(trace))


def write_page(trace: Trace, path: Path) -> None:
    """Write the page of a trace, for its owner's eyes: it holds code.

    Raises:
        typer.BadParameter: it cannot be written there.
    """
    try:
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(trace.to_html())
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"Wrote {path}. It holds the code of this rewrite.")
