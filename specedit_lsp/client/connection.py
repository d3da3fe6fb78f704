"""A script's connection to the worker that all windows of this user share."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from specedit_lsp.client.rewrite import Rewrite
from specedit_lsp.client.selection import BadSelection, select_all, select_lines
from specedit_lsp.client.source_file import SourceFile
from specedit_lsp.rewriting.job import RewriteJob
from specedit_lsp.rewriting.project import Project
from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import DraftOptions, Reason, WorkerState, WorkerStatus
from specedit_lsp.transport.resuming import ResumingRewriter
from specedit_lsp.transport.workers import Worker, find_worker


class Client:
    """Asks one worker for rewrites. Several may be under way at a time; the worker has them take turns."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker = worker
        self._rewriter = ResumingRewriter(worker.connect)
        self._drafting = DraftOptions.of(settings.draft)
        self._context = settings.context
        self._numbers = itertools.count(1)

    def rewrite(
        self,
        source: Path | str,
        instruction: str,
        *,
        lines: tuple[int, int] | None = None,
        span: tuple[int, int] | None = None,
        language: str = "",
    ) -> Rewrite:
        """Return the rewrite of part of a file, or of a text. Nothing is written; iterate over it to run it.

        ``lines`` are whole lines, counted from 1, both included; ``span`` is two offsets in characters.
        Without either it is everything. ``language`` is an LSP identifier; a file's ending tells its own.

        Raises:
            FileUnreadable: the file cannot be read.
            BadSelection: there are no such lines or characters, nothing in them, or no instruction.
        """
        if isinstance(source, Path):
            file = SourceFile.read(source)
            source, language = file.text, language or file.language
        start, end = _select(source, lines, span)
        job = RewriteJob(
            job_id=f"rewrite-{next(self._numbers)}",
            region=source[start:end],
            instruction=instruction.strip(),
            before=source[:start],
            after=source[end:],
            language=language or "plaintext",
            project=Project(context=self._context),
            drafting=self._drafting,
        )
        _check(job)
        return Rewrite(self._rewriter, job)

    async def status(self) -> WorkerStatus:
        """Where the worker stands now.

        Raises:
            RewriteFailed: it cannot be reached.
        """
        async with await self._worker.connect() as connection:
            return await connection.status()

    async def wait_until_ready(
        self, on_status: Callable[[WorkerStatus], None] = lambda status: None
    ) -> WorkerStatus:
        """Wait until the model is loaded; ``on_status`` hears how far it is. Rewrites wait by themselves.

        Raises:
            RewriteFailed: the model cannot be used, or the worker went away.
        """
        async with (
            await self._worker.connect() as connection,
            aclosing(connection.follow_status()) as statuses,
        ):
            async for status in statuses:
                on_status(status)
                if status.state is WorkerState.FAILED:
                    raise RewriteFailed(Reason.MODEL_UNUSABLE, status.message)
                if status.state in (WorkerState.READY, WorkerState.BUSY):
                    return status
        raise RewriteFailed(Reason.WORKER_CRASHED, "The worker went away while it loaded its model.")


@asynccontextmanager
async def connect(settings: Settings | None = None, worker: Worker | None = None) -> AsyncGenerator[Client]:
    """A client of the worker that the settings ask for, started first if need be.

    The worker stays when the block ends: it is shared, and ends by itself when nobody needs it. Give
    ``worker`` to speak to one of your own instead.

    Raises:
        RewriteFailed: there is no worker and none can be started.
    """
    settings = settings or Settings()
    worker = worker or find_worker(settings)
    # A worker that is not to be had is told of at once; one that is there counts us while the block runs.
    async with await worker.connect():
        yield Client(worker, settings)


def _check(job: RewriteJob) -> None:
    if not job.instruction.strip():
        raise BadSelection("the instruction is empty: say what should change")
    if not job.region.strip():
        raise BadSelection("the selection is empty: there is nothing to rewrite")


def _select(text: str, lines: tuple[int, int] | None, span: tuple[int, int] | None) -> tuple[int, int]:
    if lines and span:
        raise BadSelection("give either lines or a span, not both")
    if lines:
        return select_lines(text, *lines)
    if span is None:
        return select_all(text)
    if not 0 <= span[0] <= span[1] <= len(text):
        raise BadSelection(f"characters {span[0]} to {span[1]}: the text has {len(text)}")
    return span
