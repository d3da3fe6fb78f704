"""`specedit bench live`: the same edits by all methods with a real model, as tables, JSON and a chart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from specedit_lsp.cli.model_options import read_model_options
from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.cli.report_folder import make_report_folder
from specedit_lsp.evaluation.live.chart import draw_speedups
from specedit_lsp.evaluation.live.figures import LiveReport
from specedit_lsp.evaluation.live.line_up import line_up
from specedit_lsp.evaluation.live.race import race
from specedit_lsp.evaluation.live.run import Clock
from specedit_lsp.evaluation.live.tables import TABLE_WIDTH, to_markdown, to_tables
from specedit_lsp.evaluation.live.workload import prepare_completions, prepare_edits
from specedit_lsp.evaluation.target import Target, TargetFailed
from specedit_lsp.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LiveCommand:
    """The options of one call; empty ones take what is bundled or the default."""

    model: str
    draft_model: str
    dtype: str
    settings: Path | None
    edits: Path | None
    humaneval: Path | None
    limit: int
    lines: str
    methods: str
    repeats: int
    busy: bool
    json: bool
    report: Path | None

    def run(self) -> int:
        """Carry the call out; return its exit status: 1 if a method wrote something else than it must.

        Raises:
            typer.BadParameter: a file, a method or a model is not what it should be.
        """
        if self.edits and self.humaneval:
            raise typer.BadParameter("--edits and --humaneval are two workloads: name one of them")
        if self.report:
            make_report_folder(self.report)
        try:
            settings = read_model_options(self.model, self.draft_model, self.dtype, self.settings)
            report = self._measure(settings)
        except TargetFailed as fault:
            raise typer.BadParameter(str(fault)) from fault
        if self.report:
            write_report(report, self.report)
        if self.json:
            typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
        else:
            # A pipe has no width; the tables have one.
            Console(width=max(Console().width, TABLE_WIDTH)).print(to_tables(report))
        return 0 if report.exact else 1

    def _measure(self, settings: Settings) -> LiveReport:
        clock = Clock.PROCESSOR if self.busy else Clock.WALL
        wanted = [name.strip() for name in self.methods.split(",") if name.strip()]
        try:
            target = Target.load(settings)
            errands = (
                prepare_completions(target, self.humaneval, self.limit)
                if self.humaneval
                else prepare_edits(target, self.edits, self.limit, self.lines)
            )
            contenders = line_up(wanted, target, settings, clock, [errand.task for errand in errands])
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        with progress_bar() as progress:
            bar = progress.add_task("edits", total=len(errands) * self.repeats)
            advance = partial(progress.advance, bar)
            edits = race(contenders, errands, target, self.repeats, advance)
        return LiveReport(
            model=settings.model.path,
            device=target.device,
            clock=clock,
            full_precision=target.precision == "float32",
            contenders=tuple(contenders),
            edits=tuple(edits),
        )


def write_report(report: LiveReport, folder: Path) -> None:
    """Write the figures into a folder: JSON for programs, Markdown and a chart for pages."""
    figures = json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n"
    (folder / "live.json").write_text(figures, encoding="utf-8")
    (folder / "live.md").write_text(to_markdown(report), encoding="utf-8")
    (folder / "live.svg").write_text(draw_speedups(report), encoding="utf-8")
