"""`specedit trace replay`: the same rewrite, here and now."""

from __future__ import annotations

import typer

from specedit_lsp.trace import Trace
from specedit_lsp.trace.rerun import Rerun, RerunFailed, rerun
from specedit_lsp.trace.terminal import spell

SAME, DIFFERENT = 0, 1


def replay_trace(trace: Trace, model: str) -> int:
    """Do a rewrite again, say how it compares, and return the exit status.

    Raises:
        typer.BadParameter: the model cannot be used here, or refuses this time.
    """
    try:
        again = rerun(trace, model)
    except RerunFailed as fault:
        raise typer.BadParameter(f"It cannot be done again here. {fault}") from fault
    for difference in again.list_differences():
        typer.echo(f"Note: {difference}.")
    typer.echo(_describe(again))
    return SAME if again.is_same else DIFFERENT


def _describe(again: Rerun) -> str:
    before, after = again.before, again.after
    forwards = f"{len(before.forwards):,} forwards then, {len(after.forwards):,} now"
    if again.is_same:
        return f"All {len(before.answer):,} tokens are the same; {forwards}."
    place = again.agreed
    if place == len(before.answer) == len(after.answer):
        return f"All {place:,} tokens are the same, but the text made of them is not; {forwards}."
    then = spell(before, before.answer[place]) if place < len(before.answer) else "nothing more"
    now = spell(after, after.answer[place]) if place < len(after.answer) else "nothing more"
    return f"Token {place:,} differs: {then} then, {now} now; {forwards}."
