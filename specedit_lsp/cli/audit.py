"""`specedit audit`: does drafting change a token?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from specedit_lsp.cli.model_options import read_model_options
from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.evaluation.audit.compare import AuditedEdit, Auditor
from specedit_lsp.evaluation.audit.report import TABLE_WIDTH, AuditReport
from specedit_lsp.evaluation.audit.workload import read_edits, read_last
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.target import Target, TargetFailed
from specedit_lsp.worker.tracing.log import LAST, find_trace_folder


@dataclass(frozen=True, kw_only=True)
class AuditCommand:
    """The options of one call; empty ones take what is bundled or the default."""

    model: str
    draft_model: str
    dtype: str
    settings: Path | None
    edits: Path | None
    last: bool
    limit: int | None
    json: bool

    def run(self) -> int:
        """Carry the call out; return its exit status: 1 if a token differs where none may.

        Raises:
            typer.BadParameter: the edits, the model or its precision are not what they should be.
        """
        settings = read_model_options(self.model, self.draft_model, self.dtype, self.settings)
        try:
            cases = self._read_cases()
            target = Target.load(settings)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        try:
            edits, not_run = audit(Auditor(target, settings.draft.sources), cases)
        except TargetFailed as fault:
            raise typer.BadParameter(str(fault)) from fault
        if not edits:
            raise typer.BadParameter("every one of these edits is too long for this model")
        report = AuditReport(
            model=settings.model.path,
            device=target.device,
            full_precision=target.precision == "float32",
            row_dependence=target.find_row_dependence(),
            edits=tuple(edits),
            too_long=len(cases) - len(edits) - not_run,
            not_run=not_run,
            spell=lambda token: str(target.loaded.tokenizer.decode([token])),
        )
        if self.json:
            typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
        else:
            # A pipe has no width; the table has one.
            Console(width=max(Console().width, TABLE_WIDTH)).print(report.to_table())
        return 0 if report.exact else 1

    def _read_cases(self) -> list[EditCase]:
        if self.last and self.edits:
            raise ValueError("--last and --edits name different edits: choose one")
        return (
            read_last(find_trace_folder(), self.limit or LAST)
            if self.last
            else read_edits(self.edits, self.limit)
        )


def audit(auditor: Auditor, cases: list[EditCase]) -> tuple[list[AuditedEdit], int]:
    """Audit each edit and show how far it is; those that are too long are left out.

    Return also how many edits it did not come to: Ctrl+C ends an audit, and what it found until then counts.
    """
    audited: list[AuditedEdit] = []
    done = 0
    with progress_bar() as progress:
        bar = progress.add_task("edits", total=len(cases))
        try:
            for case in cases:
                if edit := auditor.audit(case):
                    audited.append(edit)
                done += 1
                progress.advance(bar)
        except KeyboardInterrupt:
            if not audited:
                raise
    return audited, len(cases) - done
