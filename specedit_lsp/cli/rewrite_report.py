"""What `specedit rewrite` shows: progress, then patches, JSON lines or coloured changes, then failures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from specedit_lsp.cli.report import coloured_diff, cost_table
from specedit_lsp.client.batch import EditResult, FileResult
from specedit_lsp.client.patch import NoTextPatch, encode_patch, path_in_patch, unified_diff
from specedit_lsp.rewriting.records import total_stats
from specedit_lsp.text.line_edits import apply_changes
from specedit_lsp.transport.messages import WorkerStatus


class RewriteReport:
    """Standard output is for what was asked for; progress, costs and failures go to standard error."""

    def __init__(self, edits: int, *, diff: bool, json: bool) -> None:
        self._diff = diff
        self._json = json
        self._errors = Console(stderr=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        hidden = not self._errors.is_terminal
        self._progress = Progress(*columns, console=self._errors, transient=True, disable=hidden)
        self._loading = self._progress.add_task("starting", total=100)
        self._edits = self._progress.add_task("rewriting", total=edits, visible=False)

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a bar on a terminal while the block runs."""
        with self._progress:
            yield

    def on_status(self, status: WorkerStatus) -> None:
        """The worker loads its model."""
        description = f"{status.state} {status.model}"
        self._progress.update(self._loading, description=description, completed=status.percent or 0)

    def on_edit(self, result: EditResult) -> None:
        """One edit has ended."""
        self._progress.update(self._loading, visible=False)
        self._progress.update(self._edits, advance=1, visible=True)

    def on_file(self, result: FileResult) -> None:
        """All edits of a file have ended."""
        if self._json:
            for edit in result.edits:
                self._write_json(_describe(result, edit))

    def tell_failure(self, reason: str, message: str) -> None:
        """Nothing could be done at all."""
        if self._json:
            self._write_json({"outcome": "failed", "reason": reason, "message": message})
        sys.stderr.write(f"specedit: {message}\n")

    def show(self, results: Sequence[FileResult]) -> None:
        """Show what changed, in the order in which files were named, and what failed."""
        if self._diff:
            self._write_patch(results)
        elif not self._json:
            self._show_changes(results)
        for failure in (edit.failure for result in results for edit in result.edits if edit.failure):
            sys.stderr.write(f"specedit: {failure.message}\n")

    def _write_patch(self, results: Sequence[FileResult]) -> None:
        for result in results:
            try:
                patch = encode_patch(result.source, result.text)
            except (NoTextPatch, UnicodeEncodeError) as error:
                sys.stderr.write(f"specedit: {error}\n")
                continue
            # As bytes: a patch's line ends are the file's own, on every system.
            sys.stdout.buffer.write(patch)
        sys.stdout.flush()

    def _show_changes(self, results: Sequence[FileResult]) -> None:
        console = Console()
        for result in results:
            patch = unified_diff(result.source.text, result.text, path_in_patch(result.source.path))
            if patch:
                console.print(coloured_diff(patch), end="\n")
            elif not any(edit.failure for edit in result.edits):
                console.print(f"{result.source.path}: the model kept the text as it is.", markup=False)
        stats = [edit.outcome.stats for result in results for edit in result.edits if edit.outcome]
        if stats:
            self._errors.print(cost_table(total_stats(stats)))

    def _write_json(self, answer: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _describe(result: FileResult, edit: EditResult) -> dict[str, object]:
    """One edit as a JSON object; its patch is for the file as it was, without the file's other edits."""
    found: dict[str, object] = {"file": str(edit.edit.file)}
    if edit.failure:
        return {**found, "outcome": "failed", "reason": edit.failure.reason, "message": edit.failure.message}
    assert edit.outcome is not None
    after = apply_changes(result.source.text, edit.changes)
    return {
        **found,
        "outcome": edit.outcome.kind.value,
        "applied": result.applied and bool(edit.changes),
        "text": edit.outcome.text,
        "diff": unified_diff(result.source.text, after, path_in_patch(result.source.path)),
        "stats": edit.outcome.stats.model_dump(mode="json", by_alias=True),
    }
