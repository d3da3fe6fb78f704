"""`specedit bench replay`: known answers played back, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.console import Console

from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.evaluation.edit_sets import EditCase, read_edit_set
from specedit_lsp.evaluation.measure import Measurement, measure
from specedit_lsp.evaluation.methods.catalogue import choose_methods
from specedit_lsp.evaluation.methods.ours import NAME, UNLIMITED, start_everything
from specedit_lsp.evaluation.plot import draw_forwards
from specedit_lsp.evaluation.report import TABLE_WIDTH, to_json, to_table
from specedit_lsp.evaluation.synthetic_sets import derive
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer
from specedit_lsp.settings import DraftSettings, ModelSettings


@dataclass(frozen=True, kw_only=True)
class ReplayCommand:
    """The options of one call; empty ones take what the settings have by default."""

    files: Sequence[Path]
    tokenizer: str
    sources: str
    branches: int
    width: int | None
    methods: str
    limit: int | None
    derive: str
    draft_model: str
    json: bool
    plot: Path | None

    def run(self) -> int:
        """Carry the call out; return its exit status.

        Raises:
            typer.BadParameter: a file, a name or the tokenizer is not what it should be.
        """
        settings = self._settings()
        tokenizer_path = self.tokenizer or ModelSettings().path
        try:
            tokenizer = load_tokenizer(tokenizer_path)
            methods = choose_methods(
                self.methods.split(",") if self.methods else (),
                settings.sources,
                self.branches,
                settings.width,
                self.draft_model,
                tokenizer,
            )
            sets = [self._read(path) for path in self.files]
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        everything = partial(start_everything, sources=settings.sources)
        setup = f"tokenizer {tokenizer_path}, {self.branches} branches of {settings.width} tokens"
        for number, (path, cases) in enumerate(zip(self.files, sets, strict=True)):
            with progress_bar() as progress:
                bar = progress.add_task(path.name, total=len(cases))
                advance = partial(progress.advance, bar)
                widths = UNLIMITED, settings.width
                measurement = measure(cases, tokenizer, methods, everything, widths, advance)
            self._show(path, measurement, setup)
            if self.plot and number == 0:
                self.plot.write_text(_draw(measurement), encoding="utf-8")
        return 0

    def _settings(self) -> DraftSettings:
        chosen: dict[str, object] = {"width": self.width} if self.width else {}
        if self.sources:
            chosen["sources"] = [name for name in self.sources.split(",") if name != "none"]
        try:
            return DraftSettings.model_validate(chosen)
        except ValidationError as error:
            wrong = error.errors()[0]
            raise typer.BadParameter(f"--{wrong['loc'][0]}: {wrong['msg']}, not {wrong['input']!r}") from None

    def _read(self, path: Path) -> list[EditCase]:
        cases = read_edit_set(path, self.limit)
        return [derive(self.derive, case) for case in cases] if self.derive else cases

    def _show(self, path: Path, measurement: Measurement, setup: str) -> None:
        if self.json:
            typer.echo(json.dumps({"file": str(path), **to_json(measurement)}, ensure_ascii=False))
            return
        kind = f", {self.derive}" if self.derive else ""
        edits, tokens = len(measurement.case_ids), measurement.tokens_per_edit
        title = f"{path.name}{kind}: {edits} edits of {tokens:.0f} tokens\n{setup}"
        # A pipe has no width; the table has one.
        console = Console(width=max(Console().width, TABLE_WIDTH))
        console.print(to_table(measurement, title), end="\n\n")


def _draw(measurement: Measurement) -> str:
    """The edit with most forwards, by our own method if it took part."""
    figures = measurement.find(NAME) or measurement.methods[0]
    most = max(figures.counts)
    worst = figures.counts.index(most)
    title = f"{figures.name}: {measurement.case_ids[worst]}, {most} forwards"
    return draw_forwards(figures.replays[worst].forwards, title)
