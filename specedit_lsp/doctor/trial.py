"""A real rewrite by the real worker: how long loading takes, how fast it is, whether drafts change it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from specedit_lsp.client.connection import Client
from specedit_lsp.doctor.finding import Finding
from specedit_lsp.rewriting.job import Outcome
from specedit_lsp.settings import DraftSettings, Settings
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import WorkerStatus
from specedit_lsp.transport.workers import Worker

TEXT = "def area(width, height):\n    result = width * height\n    print(result)\n    return result\n"
INSTRUCTION = "rename result to total"


async def try_worker(worker: Worker, settings: Settings) -> AsyncGenerator[Finding]:
    """Load the model if no worker has it yet, time one edit, and make it again without drafts.

    The worker stays, as after every rewrite, and ends by itself.
    """
    began = time.perf_counter()
    try:
        running = await worker.join()
        if running:
            async with running:
                pass
        client = Client(worker, settings)
        status = await client.wait_until_ready()
        yield describe_loading(status, None if running else time.perf_counter() - began)
        drafted = await client.rewrite(TEXT, INSTRUCTION, language="python").finish()
        yield describe_edit(drafted)
        plain = settings.model_copy(update={"draft": DraftSettings(sources=(), model=settings.draft.model)})
        undrafted = await Client(worker, plain).rewrite(TEXT, INSTRUCTION, language="python").finish()
        yield describe_audit(drafted, undrafted)
    except RewriteFailed as failure:
        advice = "The lines on the model and on the device may say why; the log folder has the worker's log."
        yield Finding("trial", ok=False, says=str(failure), advice=advice)


def describe_loading(status: WorkerStatus, seconds: float | None) -> Finding:
    """The worker, once its model is loaded; ``seconds`` is how long that took from nothing."""
    took = "running already" if seconds is None else f"ready {seconds:.1f} s after a cold start"
    says = f"{status.model} on {status.device}, {took}"
    # A message of a worker that is ready is about exactness.
    return Finding("loading", ok=not status.message, says=says, advice=status.message)


def describe_edit(outcome: Outcome) -> Finding:
    """The timed edit."""
    stats = outcome.stats
    says = (
        f"{stats.output_tokens} tokens in {stats.forwards} forwards, {stats.seconds:.2f} s, "
        f"first text after {stats.first_text_seconds:.2f} s"
    )
    if outcome.changes:
        return Finding("edit", ok=True, says=says)
    advice = "The model kept the text: is it one that follows instructions? `specedit models` lists such."
    return Finding("edit", ok=False, says=says, advice=advice)


def describe_audit(drafted: Outcome, plain: Outcome) -> Finding:
    """Whether drafts changed the text."""
    if drafted.text != plain.text:
        advice = "Run `specedit audit`: it names the first token that differs. Please report it."
        return Finding("exactness", ok=False, says="drafts changed the text", advice=advice)
    ratio = plain.stats.seconds / max(drafted.stats.seconds, 1e-9)
    says = f"the same text without drafts, {ratio:.1f} times as fast with them"
    return Finding("exactness", ok=True, says=says)
