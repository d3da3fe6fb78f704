"""The figures of a quality measurement as tables, for a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text

from specedit_lsp.evaluation.quality import NEAR_MISS
from specedit_lsp.evaluation.quality_report import Figures, QualityReport

TABLE_WIDTH = 100
"""Characters."""
NOTHING = "–"
"""Where there was nothing to count."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table before it is drawn. The first column has names, the others have figures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_tables(report: QualityReport) -> Group:
    """Return the figures for a terminal."""
    tables: list[Table | Text] = []
    for number, sheet in enumerate(_make_sheets(report)):
        title = describe(report) if number == 0 else None
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for index, column in enumerate(sheet.columns):
            table.add_column(column, justify="right" if index else "left", no_wrap=True)
        for row in sheet.rows:
            table.add_row(*row)
        tables += [table, Text()]
    return Group(*tables, Text("\n".join(_make_notes(report)), style="dim"))


def to_markdown(report: QualityReport) -> str:
    """Return the figures as Markdown, without a heading."""
    parts = [f"{describe(report)}:"]
    for sheet in _make_sheets(report):
        ruler = ("---", *("---:" for _ in sheet.columns[1:]))
        rows = (sheet.columns, ruler, *sheet.rows)
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join([*parts, "  \n".join(_make_notes(report))]) + "\n"


def describe(report: QualityReport) -> str:
    """Say what was measured, and on how many edits."""
    some = "" if report.edits == report.subject.edits_in_set else f" of the {report.subject.edits_in_set:,}"
    return (
        f"{report.subject.model} on {report.edits:,}{some} held-out edits ({report.subject.device}, greedy)"
    )


def _make_sheets(report: QualityReport) -> tuple[_Sheet, ...]:
    columns = ("edits", "right", "share", "nearly", "refused", "syntax sound", "lines left alone")
    return (
        _Sheet(("edits of", *columns), tuple(map(_describe_group, report.groups))),
        _Sheet(("language", *columns), tuple(map(_describe_group, report.languages))),
        _Sheet(
            ("kind of edit", "Python", "", "other languages", ""),
            tuple((kind.all.name, *_share(kind.python), *_share(kind.others)) for kind in report.kinds),
        ),
    )


def _describe_group(figures: Figures) -> tuple[str, ...]:
    return (
        figures.name,
        f"{figures.edits:,}",
        f"{figures.exact:,}",
        _percent(figures.exact, figures.edits),
        f"{figures.near:,}",
        f"{figures.refused:,}",
        _percent(figures.sound, figures.checked),
        _percent(figures.kept, figures.untouched, digits=2),
    )


def _share(figures: Figures) -> tuple[str, str]:
    if not figures.edits:
        return NOTHING, NOTHING
    return f"{figures.exact} of {figures.edits}", _percent(figures.exact, figures.edits)


def _percent(part: int, whole: int, digits: int = 1) -> str:
    return f"{part / whole:.{digits}%}" if whole else NOTHING


def _make_notes(report: QualityReport) -> Sequence[str]:
    notes = [
        f"right: every character as it should be; nearly: up to {NEAR_MISS} characters inserted, deleted or "
        "replaced would make it right;",
        "syntax sound: of the answers where the right one parses by itself; lines left alone: of those that "
        "the right answer keeps, where anything was answered.",
    ]
    if not all(language.checked for language in report.languages):
        notes.append(
            f"{NOTHING}: nothing could be judged; syntax only where there is a grammar (extra `train`)."
        )
    if report.refusals:
        reasons = ", ".join(f"{reason} {count}" for reason, count in report.refusals.items())
        notes.append(f"Refused: {reasons}.")
    return notes
