"""`specedit rewrite`: one selection of one file, from a shell."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from specedit_lsp.cli.report import coloured_diff, cost_table, unified_diff
from specedit_lsp.cli.source_file import FileChanged, SourceFile
from specedit_lsp.rewriting.headless import Watcher, run_headless
from specedit_lsp.rewriting.job import Outcome, RewriteJob
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings
from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import Reason, WorkerStatus

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, kw_only=True)
class RewriteCommand:
    """The options of one call."""

    file: Path
    lines: str
    span: str
    instruction: str
    diff: bool
    apply: bool
    json: bool
    model: str
    sources: str

    def run(self) -> int:
        """Carry the call out; return its exit status.

        Raises:
            typer.BadParameter: the options do not fit each other or the file.
        """
        if self.diff and self.json:
            raise typer.BadParameter("give either --diff or --json, not both")
        source = SourceFile.read(self.file)
        start, end = source.select(self.lines, self.span)
        instruction = sys.stdin.read() if self.instruction == "-" else self.instruction
        if not instruction.strip():
            raise typer.BadParameter("the instruction is empty: say what should change")
        if not source.text[start:end].strip():
            raise typer.BadParameter("the selection is empty: there is nothing to rewrite")
        job = RewriteJob(
            job_id="rewrite",
            region=source.text[start:end],
            instruction=instruction.strip(),
            before=source.text[:start],
            after=source.text[end:],
            language=source.language,
        )
        settings = self._settings()
        try:
            outcome = anyio.run(_rewrite, job, settings)
            after = source.text[:start] + outcome.text + source.text[end:]
            if self.apply and outcome.changes:
                source.write(after)
        except RewriteFailed as error:
            return self._fail(error.reason, str(error))
        except (FileChanged, OSError) as error:
            return self._fail(Reason.INTERNAL_ERROR, str(error))
        except KeyboardInterrupt:
            return INTERRUPTED
        self._show(source, after, outcome)
        return DONE

    def _settings(self) -> Settings:
        settings = Settings()
        if self.model:
            settings = settings.model_copy(update={"model": ModelSettings(path=self.model)})
        if self.sources:
            names = [name.strip() for name in self.sources.split(",") if name != "none"]
            try:
                draft = DraftSettings.model_validate({"sources": names})
            except ValidationError as error:
                raise typer.BadParameter(f"--sources {self.sources}: {error.errors()[0]['msg']}") from None
            settings = settings.model_copy(update={"draft": draft})
        return settings

    def _show(self, source: SourceFile, after: str, outcome: Outcome) -> None:
        patch = unified_diff(source.text, after, self.file.as_posix().lstrip("/"))
        if self.json:
            answer = {
                "outcome": outcome.kind.value,
                "applied": self.apply and bool(outcome.changes),
                "text": outcome.text,
                "diff": patch,
                "stats": outcome.stats.model_dump(mode="json", by_alias=True),
            }
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        elif self.diff:
            sys.stdout.write(patch)
        else:
            console = Console()
            console.print(coloured_diff(patch) if patch else "The model kept the text as it is.", end="\n")
            Console(stderr=True).print(cost_table(outcome.stats))

    def _fail(self, reason: Reason, message: str) -> int:
        if self.json:
            failure = {"outcome": "failed", "reason": reason.value, "message": message}
            sys.stdout.write(json.dumps(failure, ensure_ascii=False) + "\n")
        sys.stderr.write(f"specedit: {message}\n")
        return FAILED


async def _rewrite(job: RewriteJob, settings: Settings) -> Outcome:
    lines = len(normalise_line_ends(job.region).splitlines())
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting", total=100)

        def show_status(status: WorkerStatus) -> None:
            progress.update(task, description=f"{status.state} {status.model}", completed=status.percent or 0)

        def show_changes(changes: object) -> None:
            progress.update(task, description=f"rewriting {lines} lines", total=None)

        show_changes_at_start = Watcher(on_status=show_status, on_changes=show_changes)
        return await run_headless(job, settings, show_changes_at_start)
