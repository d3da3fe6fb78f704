"""What an audit found: as JSON, and as a table with the mismatches below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from specedit_lsp.evaluation.audit.compare import GENERATE, AuditedEdit, Comparison, Mismatch

TABLE_WIDTH = 100
"""Characters."""
_SHOWN = 20
"""Mismatches that people are shown; JSON has all."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All that was compared."""

    model: str
    device: str
    """With the precision."""
    full_precision: bool
    """Whether it ran in float32, where transformers has to agree; elsewhere its forwards, which have other
    shapes than ours, round otherwise."""
    row_dependence: float | None
    """By how much logits move with the company of their row, at most: 0 keeps the promise of canonical shape.
    None where forwards have no such shape."""
    edits: tuple[AuditedEdit, ...]
    too_long: int
    """Edits that the model has no room for; they were left out."""
    not_run: int
    """Edits that an interrupted audit did not come to."""
    spell: Callable[[int], str]
    """The text of a token."""

    @property
    def ways(self) -> list[str]:
        """What was compared with decoding without drafts."""
        return list(dict.fromkeys(compared.way for edit in self.edits for compared in edit.comparisons))

    @property
    def exact(self) -> bool:
        """Whether no token differs where none may."""
        return not any(self.must_agree(way) for way, _, _ in self.list_mismatches())

    def must_agree(self, way: str) -> bool:
        """Return whether this way has to give the same tokens."""
        return way != GENERATE or self.full_precision

    def list_mismatches(self) -> Iterator[tuple[str, AuditedEdit, Mismatch]]:
        """Yield each, with the way and the edit."""
        for edit in self.edits:
            for compared in edit.comparisons:
                if compared.mismatch:
                    yield compared.way, edit, compared.mismatch

    def find(self, way: str) -> list[Comparison]:
        """Return how one way did, edit by edit."""
        return [compared for edit in self.edits for compared in edit.comparisons if compared.way == way]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON object."""
        return {
            "model": self.model,
            "device": self.device,
            "exact": self.exact,
            "row_dependence": self.row_dependence,
            "edits": len(self.edits),
            "too_long": self.too_long,
            "not_run": self.not_run,
            "tokens": sum(edit.tokens for edit in self.edits),
            "forwards": sum(edit.forwards for edit in self.edits),
            "ways": [
                {
                    "way": way,
                    "must_agree": self.must_agree(way),
                    "forwards": _count_forwards(self.find(way)),
                    "mismatches": _count_mismatches(self.find(way)),
                }
                for way in self.ways
            ],
            "mismatches": [
                {
                    "way": way,
                    "edit": edit.id,
                    "position": mismatch.position,
                    "plain": self._describe_token(mismatch.plain),
                    "other": self._describe_token(mismatch.other),
                    "margin": mismatch.margin,
                }
                for way, edit, mismatch in self.list_mismatches()
            ],
        }

    def to_table(self) -> Group:
        """Return the figures for a terminal."""
        tokens = sum(edit.tokens for edit in self.edits)
        title = f"{self.model} on {self.device}: {len(self.edits):,} edits, {tokens:,} tokens each way"
        table = Table(box=None, pad_edge=False)
        table.add_column("drafts", no_wrap=True)
        table.add_column("forwards", justify="right")
        table.add_column("edits that differ", justify="right")
        table.add_row("none", f"{sum(edit.forwards for edit in self.edits):,}", "")
        for way in self.ways:
            compared = self.find(way)
            forwards = _count_forwards(compared)
            table.add_row(way, f"{forwards:,}" if forwards else "", f"{_count_mismatches(compared):,}")
        return Group(Text(title, style="bold"), table, Text("\n".join(self._make_notes())))

    def _make_notes(self) -> Iterator[str]:
        if self.row_dependence is not None:
            equal = "bitwise equal" if self.row_dependence == 0 else f"up to {self.row_dependence:.2g} apart"
            yield f"The same tokens in other rows, in other company: logits are {equal}."
        if self.too_long:
            yield f"{self.too_long:,} further edits are too long for this model and were left out."
        if self.not_run:
            yield f"Interrupted: {self.not_run:,} further edits were not run."
        if GENERATE not in self.ways:
            yield f"{GENERATE} runs in one process: it was not compared with a model that is split."
        elif not self.full_precision:
            yield f"{GENERATE} runs forwards of another shape: it need not agree but in float32."
        mismatches = list(self.list_mismatches())
        for way, edit, mismatch in mismatches[:_SHOWN]:
            margin = "" if mismatch.margin is None else f", logits {mismatch.margin:.2g} apart"
            yield (
                f"{edit.id}, {way}, token {mismatch.position}: {self._spell(mismatch.plain)} without drafts, "
                f"{self._spell(mismatch.other)} with them{margin}"
            )
        if len(mismatches) > _SHOWN:
            yield f"and {len(mismatches) - _SHOWN:,} more; --json lists all."
        yield "Exact: no draft changed a token." if self.exact else "NOT exact: see the tokens above."

    def _spell(self, token: int | None) -> str:
        return "the end" if token is None else f"{token} {self.spell(token)!r}"

    def _describe_token(self, token: int | None) -> dict[str, Any] | None:
        return None if token is None else {"id": token, "text": self.spell(token)}


def _count_forwards(compared: Sequence[Comparison]) -> int:
    return sum(comparison.forwards for comparison in compared)


def _count_mismatches(compared: Sequence[Comparison]) -> int:
    return sum(comparison.mismatch is not None for comparison in compared)
