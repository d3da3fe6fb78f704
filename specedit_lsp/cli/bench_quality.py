"""`specedit bench quality`: a model's answers compared with the right ones, as tables, JSON and a chart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.cli.report_folder import make_report_folder
from specedit_lsp.evaluation.quality import measure_quality
from specedit_lsp.evaluation.quality_chart import draw_kinds
from specedit_lsp.evaluation.quality_report import QualityReport
from specedit_lsp.evaluation.quality_set import BUNDLED_SET, choose_edits, read_quality_set
from specedit_lsp.evaluation.quality_subject import identify_subject, load_engine
from specedit_lsp.evaluation.quality_tables import TABLE_WIDTH, to_markdown, to_tables
from specedit_lsp.settings import ModelSettings, Settings


@dataclass(frozen=True, kw_only=True)
class QualityCommand:
    """The options of one call; empty ones take what is bundled, and all edits of it."""

    model: str
    set: Path | None
    limit: int | None
    kinds: str
    languages: str
    json: bool
    report: Path | None

    def run(self) -> int:
        """Carry the call out; return its exit status.

        Raises:
            typer.BadParameter: the set, a name or the model is not what it should be.
        """
        if self.report:
            make_report_folder(self.report)
        path = self.set or BUNDLED_SET
        model = self.model or ModelSettings().path
        try:
            everything = read_quality_set(path)
            edits = choose_edits(everything, _names(self.kinds), _names(self.languages), self.limit)
            engine = load_engine(Settings(model=ModelSettings(path=model)))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        with progress_bar() as progress:
            bar = progress.add_task(path.name, total=len(edits))
            scores = measure_quality(engine, edits, partial(progress.advance, bar))
        subject = identify_subject(model, engine.device, path, len(everything))
        report = QualityReport.of(subject, scores)
        if self.report:
            write_report(report, self.report)
        self._show(report)
        return 0

    def _show(self, report: QualityReport) -> None:
        if self.json:
            typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
            return
        # A pipe has no width; the table has one.
        Console(width=max(Console().width, TABLE_WIDTH)).print(to_tables(report))


def write_report(report: QualityReport, folder: Path) -> None:
    """Write the figures into a folder: as JSON for programs, as Markdown and a chart for a model card."""
    figures = json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n"
    (folder / "quality.json").write_text(figures, encoding="utf-8")
    (folder / "quality.md").write_text(to_markdown(report), encoding="utf-8")
    (folder / "quality.svg").write_text(draw_kinds(report), encoding="utf-8")


def _names(listed: str) -> Sequence[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]
