"""`specedit doctor`: does all that a rewrite needs work on this machine, and if not, what to do."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import anyio
import typer
from rich.console import Console

from specedit_lsp.rewriting.headless import Watcher, run_headless
from specedit_lsp.rewriting.job import Outcome, RewriteJob
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.launcher import log_folder
from specedit_lsp.transport.messages import WorkerState, WorkerStatus
from specedit_lsp.version import VERSION

_PACKAGES = ("pygls", "torch", "transformers")
_EDIT = RewriteJob(
    job_id="doctor",
    region="def area(width, height):\n    result = width * height\n    print(result)\n    return result\n",
    instruction="rename result to total",
    language="python",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    says: str
    """What was found; if it is not as it should be, what to do."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One rewrite by a worker of its own."""

    outcome: Outcome
    status: WorkerStatus
    """Of the worker, once its model was loaded."""
    loading_seconds: float


def examine(model: str, as_json: bool) -> int:
    """Look at everything and show it; return the exit status: 1 if something is not as it should be."""
    findings = [*_find_packages(), *_try_model(model)]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        _show(findings)
    return 0 if all(finding.ok for finding in findings) else 1


def _find_packages() -> Iterator[Finding]:
    found = f"specedit {VERSION}, Python {platform.python_version()}, {platform.platform()}"
    yield Finding("versions", ok=True, says=found)
    for name in _PACKAGES:
        try:
            yield Finding(name, ok=True, says=version(name))
        except PackageNotFoundError:
            install = "It is not installed. Run: pip install 'specedit-lsp[local]'"
            yield Finding(name, ok=False, says=install)
    yield Finding("logs", ok=True, says=str(log_folder()))


def _try_model(model: str) -> Iterator[Finding]:
    settings = Settings(model=ModelSettings(path=model)) if model else Settings()
    try:
        drafted = anyio.run(_rewrite, settings)
        yield _describe_worker(drafted)
        yield _describe_edit(drafted.outcome)
        plain = anyio.run(_rewrite, settings.model_copy(update={"draft": DraftSettings(sources=())}))
    except RewriteFailed as failure:
        yield Finding("worker", ok=False, says=str(failure))
        return
    same = plain.outcome.text == drafted.outcome.text
    says = "the same text without drafts" if same else "drafts changed the text: run `specedit audit`"
    ratio = plain.outcome.stats.seconds / max(drafted.outcome.stats.seconds, 1e-9)
    yield Finding("exactness", same, f"{says}, {ratio:.1f} times as fast with them")


def _describe_worker(trial: Trial) -> Finding:
    status = trial.status
    found = f"{status.model} on {status.device}, ready after {trial.loading_seconds:.1f} s"
    return Finding("worker", ok=not status.message, says=f"{found}. {status.message}".removesuffix(". "))


def _describe_edit(outcome: Outcome) -> Finding:
    stats = outcome.stats
    cost = f"{stats.output_tokens} tokens in {stats.forwards} forwards, {stats.seconds:.2f} s"
    changed = bool(outcome.changes)
    advice = "" if changed else ". The model kept the text: is it one that follows instructions?"
    return Finding("edit", changed, f"{cost}{advice}")


async def _rewrite(settings: Settings) -> Trial:
    ready: list[tuple[WorkerStatus, float]] = []
    began = time.perf_counter()

    def hear(status: WorkerStatus) -> None:
        if status.state in (WorkerState.READY, WorkerState.BUSY) and not ready:
            ready.append((status, time.perf_counter() - began))

    outcome = await run_headless(_EDIT, settings, Watcher(hear, _ignore))
    status, seconds = ready[0]
    return Trial(outcome, status, seconds)


def _ignore(changes: Sequence[TextChange]) -> None:
    """Only the outcome counts."""


def _show(findings: Sequence[Finding]) -> None:
    console = Console()
    for finding in findings:
        mark = "[green]ok  [/]" if finding.ok else "[red]look[/]"
        console.print(f"{mark} [bold]{finding.name}[/]: ", end="")
        console.print(finding.says, markup=False, highlight=False)
