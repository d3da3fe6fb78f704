"""`specedit bench warm`: what is saved by reading the selection before the instruction is there."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from specedit_lsp.cli.model_options import read_model_options
from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.evaluation.audit.workload import read_edits
from specedit_lsp.evaluation.quality_subject import load_engine
from specedit_lsp.evaluation.warm_prefill import WarmedEdit, measure_warm


@dataclass(frozen=True, kw_only=True)
class WarmCommand:
    """The options of one call; empty ones take what is bundled or the default."""

    model: str
    dtype: str
    settings: Path | None
    edits: Path | None
    limit: int
    repeats: int
    json: bool

    def run(self) -> None:
        """Carry the call out.

        Raises:
            typer.BadParameter: the edits or the model are not what they should be.
        """
        settings = read_model_options(self.model, "", self.dtype, self.settings)
        try:
            # Of the bundled ones the longest: they have most to read.
            cases = read_edits(self.edits, None)[-self.limit :]
            engine = load_engine(settings)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        with progress_bar() as progress:
            bar = progress.add_task("edits", total=len(cases))
            measured = measure_warm(engine, cases, self.repeats, lambda: progress.advance(bar))
        if not measured:
            raise typer.BadParameter("every one of these edits is too long for this model")
        device = f"{settings.model.path} on {engine.device}"
        if self.json:
            typer.echo(json.dumps({"subject": device, "edits": [asdict(edit) for edit in measured]}))
        else:
            typer.echo(describe(measured, device))


def describe(measured: Sequence[WarmedEdit], device: str) -> str:
    """Return the medians in words."""
    prompt = statistics.median(edit.prompt_tokens for edit in measured)
    ahead = statistics.median(edit.read_ahead for edit in measured)
    cold = statistics.median(edit.cold_seconds for edit in measured)
    warm = statistics.median(edit.warm_seconds for edit in measured)
    ratio = statistics.median(edit.cold_seconds / edit.warm_seconds for edit in measured)
    return (
        f"{device}, medians of {len(measured)} edits: {ahead:.0f} of {prompt:.0f} prompt tokens read ahead; "
        f"first text after {cold * 1000:.0f} ms cold, {warm * 1000:.0f} ms warm ({ratio:.2f} times sooner)"
    )
