"""`specedit demo`: the real language server at work on a real file, in a terminal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.text import Text

from specedit_lsp.cli.demo_task import choose_rename, choose_span
from specedit_lsp.cli.report import coloured_diff, cost_table
from specedit_lsp.client.patch import unified_diff
from specedit_lsp.client.selection import BadSelection, parse_lines, select_lines
from specedit_lsp.client.source_file import FileUnreadable, SourceFile
from specedit_lsp.lsp.client import Buffer, Editor, RewriteRefused, running_editor
from specedit_lsp.lsp.messages import WireEdit
from specedit_lsp.text.lines import Lines, split_lines
from specedit_lsp.text.positions import Range, position_at


def show_demo(path: Path, lines: str, instruction: str) -> int:
    """Show one rewrite by the language server; return the exit status. The file stays as it is.

    Raises:
        typer.BadParameter: the file cannot be read, or the lines are not in it.
    """
    try:
        source = SourceFile.read(path)
        chosen = select_lines(source.text, *parse_lines(lines)) if lines else None
    except (FileUnreadable, BadSelection) as error:
        raise typer.BadParameter(str(error)) from None
    start, end = chosen or choose_span(source.text, source.language)
    console = Console()
    instruction = instruction or choose_rename(source.text[start:end])
    return asyncio.run(_run(console, source, start, end, instruction))


async def _run(console: Console, source: SourceFile, start: int, end: int, instruction: str) -> int:
    console.print(Rule(source.path.name))
    console.print(Text(f"{instruction}\n", "bold"))
    async with running_editor() as editor:
        if failure := await _wait_for_model(editor, console):
            console.print(Text(failure, "red"))
            return 1
        buffer = editor.open(source.path.resolve().as_uri(), source.text, source.language)
        index = Lines(source.text)
        span = Range(position_at(index, start, editor.encoding), position_at(index, end, editor.encoding))
        view = RegionView(buffer, span)
        try:
            with Live(view.render(), console=console, refresh_per_second=30) as live:

                def show(edits: Sequence[WireEdit]) -> None:
                    view.mark(edits)
                    live.update(view.render())

                result = await editor.rewrite(buffer, span, instruction, on_edits=show)
        except RewriteRefused as error:
            console.print(Text(str(error), "red"))
            return 1
        patch = unified_diff(source.text, buffer.text, source.path.name)
    console.print(Rule("diff"))
    console.print(coloured_diff(patch) if patch else "The model kept the text as it is.", end="\n")
    console.print(
        Rule(f"what it cost, {result.stats.prompt_tokens} tokens read, on {editor.statuses[-1].device}")
    )
    console.print(cost_table(result.stats, view.first_hunk_seconds))
    return 0


async def _wait_for_model(editor: Editor, console: Console) -> str | None:
    """Show how the model loads; return why it did not, if so."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting the language server", total=100)
        async for status in editor.follow_status():
            progress.update(task, description=f"{status.state} {status.model}", completed=status.percent or 0)
            if status.state == "failed":
                return status.message
            if status.state == "ready":
                progress.update(task, completed=100)
                return None
    return "The language server went away."


class RegionView:
    """The selected lines as the buffer holds them, those that arrived marked."""

    def __init__(self, buffer: Buffer, span: Range) -> None:
        self._buffer = buffer
        self._first = span.start.line
        # What follows the region counts its lines from the end, which no hunk changes.
        last = span.end.line + (span.end.character > 0)
        self._below = Lines(buffer.text).count - last
        self._arrived: set[str] = set()
        self._began = time.perf_counter()
        self.first_hunk_seconds: float | None = None

    def mark(self, edits: Sequence[WireEdit]) -> None:
        """Remember which lines have just arrived."""
        if self.first_hunk_seconds is None:
            self.first_hunk_seconds = time.perf_counter() - self._began
        for edit in edits:
            self._arrived.update(line.strip() for line in split_lines(edit.new_text))

    def render(self) -> Text:
        """The region, line by line."""
        lines = Lines(self._buffer.text)
        text = Text()
        for number in range(self._first, lines.count - self._below):
            line = lines.line(number).rstrip("\r\n")
            new = line.strip() in self._arrived and line.strip()
            text.append(f"{number + 1:5} ", "dim")
            text.append("▌ " if new else "  ", "green")
            text.append(line + "\n", "bold green" if new else "")
        return text
