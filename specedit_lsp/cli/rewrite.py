"""`specedit rewrite`: selections of files, from a shell."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio
import typer
from pydantic import ValidationError

from specedit_lsp.cli.rewrite_report import RewriteReport
from specedit_lsp.cli.settings_file import read_settings_file
from specedit_lsp.client.batch import FilePlan, FileResult, plan_edits, rewrite_files
from specedit_lsp.client.connection import connect
from specedit_lsp.client.file_edit import BadEditList, FileEdit, read_edits
from specedit_lsp.settings import DraftSettings, Settings
from specedit_lsp.transport.client import RewriteFailed

DONE, FAILED, INTERRUPTED = 0, 1, 130


@dataclass(frozen=True, kw_only=True)
class RewriteCommand:
    """The options of one call."""

    files: tuple[Path, ...]
    edits: Path | None
    lines: str
    span: str
    instruction: str
    diff: bool
    apply: bool
    dry_run: bool
    json: bool
    settings: Path | None
    worker: str
    model: str
    sources: str

    def run(self) -> int:
        """Carry the call out; return its exit status.

        Raises:
            typer.BadParameter: the options do not fit each other or the file.
        """
        plans = plan_edits(self._edits())
        planned = [edit for plan in plans for edit in plan.edits]
        if len(planned) == 1 and planned[0].failure:
            raise typer.BadParameter(planned[0].failure.message)
        settings = self._settings()
        report = RewriteReport(len(planned), diff=self.diff, json=self.json)
        # When an interrupt meets a socket that can just be read, asyncio prints a trace that means nothing.
        logging.getLogger("asyncio").addHandler(logging.NullHandler())
        try:
            results = anyio.run(self._rewrite, plans, settings, report)
        except RewriteFailed as error:
            report.tell_failure(error.reason.value, str(error))
            return FAILED
        except KeyboardInterrupt:
            return INTERRUPTED
        report.show(results)
        return FAILED if any(edit.failure for result in results for edit in result.edits) else DONE

    def _edits(self) -> list[FileEdit]:
        if self.diff and self.json:
            raise typer.BadParameter("give either --diff or --json, not both")
        if bool(self.files) == bool(self.edits):
            raise typer.BadParameter("name files, or give a list of edits by --from; one of the two")
        if (self.lines or self.span) and len(self.files) != 1:
            raise typer.BadParameter("--lines and --range go with one file; --from takes them for each edit")
        instruction = (sys.stdin.read() if self.instruction == "-" else self.instruction).strip()
        if self.edits is None:
            options = {"instruction": instruction, "lines": self.lines, "range": self.span}
            edits = [FileEdit.model_validate({"file": file, **options}) for file in self.files]
        else:
            try:
                edits = read_edits(self.edits, instruction)
            except BadEditList as error:
                raise typer.BadParameter(str(error)) from None
        if missing := next((edit for edit in edits if not edit.instruction.strip()), None):
            raise typer.BadParameter(
                f"the instruction is empty for {missing.file}: say what should change, by --instruction"
            )
        return edits

    def _settings(self) -> Settings:
        if self.worker and self.model:
            raise typer.BadParameter("--model is loaded on this machine: give either --worker or --model")
        settings = read_settings_file(self.settings)
        if self.worker:
            elsewhere = settings.worker.model_copy(update={"url": self.worker})
            settings = settings.model_copy(update={"worker": elsewhere})
        if self.model:
            chosen = settings.model.model_copy(update={"path": self.model})
            settings = settings.model_copy(update={"model": chosen})
        if self.sources:
            names = [name.strip() for name in self.sources.split(",") if name != "none"]
            try:
                draft = DraftSettings.model_validate({**settings.draft.model_dump(), "sources": names})
            except ValidationError as error:
                raise typer.BadParameter(f"--sources {self.sources}: {error.errors()[0]['msg']}") from None
            settings = settings.model_copy(update={"draft": draft})
        return settings

    async def _rewrite(
        self, plans: list[FilePlan], settings: Settings, report: RewriteReport
    ) -> list[FileResult]:
        with report.progress():
            async with connect(settings) as client:
                await client.wait_until_ready(report.on_status)
                return await rewrite_files(
                    client,
                    plans,
                    concurrent=settings.worker.concurrent,
                    write=self.apply and not self.dry_run,
                    on_edit=report.on_edit,
                    on_file=report.on_file,
                )
