"""`specedit doctor`: does all that a rewrite needs work on this machine, and if not, what to do."""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import asdict

import anyio
import typer
from rich.console import Console

from specedit_lsp.doctor.examination import examine
from specedit_lsp.doctor.finding import Finding
from specedit_lsp.settings import Settings


def show_examination(settings: Settings, *, as_json: bool, full: bool) -> int:
    """Look at everything and show it as it is found; return the exit status: 1 if something is amiss."""

    async def look() -> list[Finding]:
        findings: list[Finding] = []
        async with aclosing(examine(settings, full=full)) as found:
            async for finding in found:
                findings.append(finding)
                if not as_json:
                    show_finding(finding)
        return findings

    findings = anyio.run(look)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    return 0 if all(finding.ok for finding in findings) else 1


def show_finding(finding: Finding) -> None:
    """One line, and the advice below it."""
    console = Console()
    mark = "[red]look[/]" if not finding.ok else "[yellow]note[/]" if finding.advice else "[green]ok  [/]"
    console.print(f"{mark} [bold]{finding.name}[/]: ", end="")
    console.print(finding.says, markup=False, highlight=False)
    if finding.advice:
        console.print(f"     → {finding.advice}", markup=False, highlight=False)
