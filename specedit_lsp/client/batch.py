"""Many edits in many files: planned, rewritten a few at a time, written file by file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from specedit_lsp.client.connection import Client
from specedit_lsp.client.file_edit import FileEdit
from specedit_lsp.client.selection import BadSelection
from specedit_lsp.client.source_file import FileChanged, FileUnreadable, SourceFile
from specedit_lsp.rewriting.job import Outcome
from specedit_lsp.text.line_edits import TextChange, apply_changes
from specedit_lsp.transport.client import RewriteFailed


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an edit came to nothing."""

    reason: str
    """One word for programs: a reason of the worker's, or ``fileUnreadable``, ``badSelection``,
    ``overlappingEdit``, ``fileChanged``, ``fileUnwritable``."""
    message: str


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of one edit: an outcome, or else a failure."""

    edit: FileEdit
    start: int = 0
    end: int = 0
    """Offsets of the selection in the file."""
    outcome: Outcome | None = None
    failure: Failure | None = None

    @property
    def changes(self) -> list[TextChange]:
        """Changes of the whole file."""
        done = self.outcome.changes if self.outcome and not self.failure else ()
        return [
            TextChange(self.start + change.start, self.start + change.end, change.text) for change in done
        ]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of all edits of one file."""

    source: SourceFile
    edits: tuple[EditResult, ...]
    applied: bool = False

    @property
    def text(self) -> str:
        """What the file reads with all edits that did not fail."""
        ordered = sorted(self.edits, key=lambda edit: edit.start)
        return apply_changes(self.source.text, [change for edit in ordered for change in edit.changes])


@dataclass(slots=True)
class FilePlan:
    """One file as it was read, and the places in it that are to be rewritten."""

    source: SourceFile
    edits: list[EditResult] = field(default_factory=list)

    def add(self, edit: FileEdit) -> None:
        """Add an edit; one that has no place in the file is a failure from the start."""
        try:
            start, end = edit.select(self.source.text)
            if not self.source.text[start:end].strip():
                raise BadSelection("the selection is empty: there is nothing to rewrite")
        except BadSelection as error:
            self.edits.append(EditResult(edit, failure=Failure("badSelection", f"{edit.file}: {error}")))
            return
        planned = EditResult(edit, start, end)
        if any(start < other.end and other.start < end for other in self.edits if not other.failure):
            message = f"{edit.file}: this place is in another edit of the list as well"
            planned = EditResult(edit, start, end, failure=Failure("overlappingEdit", message))
        self.edits.append(planned)


def plan_edits(edits: Sequence[FileEdit]) -> list[FilePlan]:
    """Read every file once and find all places, file by file in the order of their first edit."""
    plans: dict[Path, FilePlan] = {}
    unread: list[FilePlan] = []
    for edit in edits:
        key = edit.file.resolve()
        if key not in plans:
            try:
                plans[key] = FilePlan(SourceFile.read(edit.file))
            except FileUnreadable as error:
                failed = EditResult(edit, failure=Failure("fileUnreadable", str(error)))
                unread.append(FilePlan(SourceFile(edit.file, ""), [failed]))
                continue
        plans[key].add(edit)
    return [*plans.values(), *unread]


async def rewrite_files(
    client: Client,
    plans: Sequence[FilePlan],
    *,
    concurrent: int,
    write: bool,
    on_edit: Callable[[EditResult], None],
    on_file: Callable[[FileResult], None],
) -> list[FileResult]:
    """Carry out all plans, at most ``concurrent`` rewrites at a time; return results in their order.

    ``on_edit`` hears of each edit as it ends. With ``write`` a file is written, all at once, when all its
    edits have ended; then ``on_file`` hears of it. An edit that fails leaves the others alone.
    """
    results: list[FileResult | None] = [None] * len(plans)
    slots = anyio.CapacityLimiter(concurrent)

    async def carry_out(number: int, plan: FilePlan) -> None:
        edits = list(plan.edits)

        async def rewrite(index: int) -> None:
            async with slots:
                edits[index] = await _rewrite(client, plan.source, edits[index])
            on_edit(edits[index])

        async with anyio.create_task_group() as group:
            for index in range(len(edits)):
                group.start_soon(rewrite, index)
        result = FileResult(plan.source, tuple(edits))
        result = _write(result) if write else result
        results[number] = result
        on_file(result)

    async with anyio.create_task_group() as group:
        for number, plan in enumerate(plans):
            group.start_soon(carry_out, number, plan)
    return [result for result in results if result is not None]


async def _rewrite(client: Client, source: SourceFile, planned: EditResult) -> EditResult:
    if planned.failure:
        return planned
    edit, start, end = planned.edit, planned.start, planned.end
    try:
        rewrite = client.rewrite(source.text, edit.instruction, span=(start, end), language=source.language)
        return EditResult(edit, start, end, outcome=await rewrite.finish())
    except BadSelection as error:
        failure = Failure("badSelection", f"{edit.file}: {error}")
    except RewriteFailed as error:
        failure = Failure(error.reason.value, f"{edit.file}: {error}")
    return EditResult(edit, start, end, failure=failure)


def _write(result: FileResult) -> FileResult:
    if result.text == result.source.text:
        return result
    try:
        result.source.write(result.text)
    except FileChanged as error:
        failure = Failure("fileChanged", str(error))
    except UnicodeEncodeError as error:
        failure = Failure("fileUnwritable", f"{result.source.path}: {error.reason} in {error.encoding}")
    except OSError as error:
        failure = Failure("fileUnwritable", f"{result.source.path} cannot be written: {error.strerror}")
    else:
        return FileResult(result.source, result.edits, applied=True)
    edits = (EditResult(e.edit, e.start, e.end, e.outcome, e.failure or failure) for e in result.edits)
    return FileResult(result.source, tuple(edits))
