"""`specedit bench gpu`: everything that a graphics card is needed for, as JSON and a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.cli.report_folder import make_report_folder
from specedit_lsp.evaluation.edit_sets import read_edit_set
from specedit_lsp.evaluation.gpu.card import choose_device
from specedit_lsp.evaluation.gpu.findings import Fault, Finding, LeftOut, to_row
from specedit_lsp.evaluation.gpu.page import to_markdown
from specedit_lsp.evaluation.gpu.parts import FULL, TRIAL, Part
from specedit_lsp.evaluation.gpu.schedule import ReportOrder, run_parts
from specedit_lsp.evaluation.tokenizer_file import load_tokenizer


@dataclass(frozen=True, kw_only=True)
class GpuCommand:
    """The options of one call."""

    report: Path
    minutes: float
    parts: str
    edits: Path | None
    tokenizer: str
    trial: bool

    def run(self) -> int:
        """Carry the call out; return its exit status: 1 if a step failed.

        Raises:
            typer.BadParameter: a part, a file or a tokenizer is not what it should be.
        """
        device = choose_device()
        trial = self.trial or device == "cpu"
        order = ReportOrder(
            parts=self._choose_parts(TRIAL if trial else FULL),
            device=device,
            seconds=60 * self.minutes,
            tokenizer=self.tokenizer,
            edits=self.edits,
        )
        try:
            if self.edits:
                read_edit_set(self.edits)
            if self.tokenizer:
                load_tokenizer(self.tokenizer)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        make_report_folder(self.report)
        missing = self._list_missing(order.parts, device)
        with progress_bar() as progress:
            bar = progress.add_task("parts", total=len(order.parts))

            def write(part: Part, findings: Sequence[Finding]) -> None:
                # After each part: what is there stays, whatever comes.
                self._write([*findings, *missing], trial, device)
                progress.update(bar, advance=1, description=part.name)

            findings = run_parts(order, write)
        typer.echo((self.report / "gpu.md").read_text(encoding="utf-8"))
        return 1 if any(isinstance(finding, Fault) for finding in findings) else 0

    def _choose_parts(self, parts: Sequence[Part]) -> list[Part]:
        wanted = [name.strip() for name in self.parts.split(",") if name.strip()]
        known = {part.name: part for part in parts}
        for name in wanted:
            if name not in known:
                raise typer.BadParameter(f"there is no part {name!r}; there are {', '.join(known)}")
        return [known[name] for name in wanted] or list(parts)

    def _list_missing(self, parts: Sequence[Part], device: str) -> list[LeftOut]:
        """What the whole report has and this one has not."""
        reason = "not asked for" if device != "cpu" else "there is no GPU that PyTorch can use"
        return [LeftOut(part.name, "everything", reason) for part in FULL if part not in parts]

    def _write(self, findings: Sequence[Finding], trial: bool, device: str) -> None:
        figures = {"trial": trial, "device": device, "findings": [to_row(finding) for finding in findings]}
        text = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        (self.report / "gpu.json").write_text(text, encoding="utf-8")
        (self.report / "gpu.md").write_text(to_markdown(findings, trial, device), encoding="utf-8")
