"""The figures of a live bench as tables, for a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text

from specedit_lsp.evaluation.live.contenders import Camp, Contender
from specedit_lsp.evaluation.live.figures import LiveReport, Ratios, pair
from specedit_lsp.evaluation.live.run import Clock
from specedit_lsp.evaluation.methods.ours import NAME

TABLE_WIDTH = 140
"""Characters."""
NOTHING = "–"
"""Where nothing could be measured."""
_SHOWN = 10
"""Differences that people are shown."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table before it is drawn. The first column has names, the others have figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_tables(report: LiveReport) -> Group:
    """Return the figures for a terminal."""
    parts: list[Table | Text] = []
    for sheet in _make_sheets(report):
        table = Table(title=sheet.title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for index, column in enumerate(sheet.columns):
            table.add_column(column, justify="right" if index else "left", overflow="fold")
        for row in sheet.rows:
            table.add_row(*row)
        parts += [table, Text()]
    return Group(*parts, Text("\n".join(_make_notes(report)), style="dim"))


def to_markdown(report: LiveReport) -> str:
    """Return the figures as Markdown, without a heading."""
    parts: list[str] = []
    for sheet in _make_sheets(report):
        ruler = ("---", *("---:" for _ in sheet.columns[1:]))
        rows = (sheet.columns, ruler, *sheet.rows)
        parts += [f"{sheet.title}:", "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    return "\n\n".join([*parts, "  \n".join(_make_notes(report))]) + "\n"


def _make_sheets(report: LiveReport) -> Iterator[_Sheet]:
    base = report.contenders[0].name
    columns = (
        "s",
        "tokens/s",
        "forwards",
        "first hunk s",
        "outside model",
        f"× {base}",
        "p10–p90",
        "least",
    )
    yield _Sheet(
        f"{report.model} on {report.device}, {len(report.edits)} edits, each {report.repeats} times",
        ("method", *columns),
        tuple(_describe(report, contender) for contender in report.contenders),
    )
    names = [contender.name for contender in report.contenders]
    rivals = [contender.name for contender in report.contenders if contender.camp is not Camp.OURS]
    if NAME in names and rivals:
        yield _Sheet(
            f"How many times as fast {NAME} is: median (p10–p90) of the edits",
            ("edits", "number", *(f"as {name}" for name in rivals)),
            tuple(
                (group, str(len(edits)), *(_spread(pair(edits, NAME, name)) for name in rivals))
                for group, edits in report.groups.items()
            ),
        )


def _describe(report: LiveReport, contender: Contender) -> tuple[str, ...]:
    figures = report.describe(contender)
    ratios = pair(report.edits, contender.name, report.contenders[0].name)
    drafted = f" + {figures.draft_forwards:.1f}" if figures.draft_forwards else ""
    return (
        figures.name,
        f"{figures.seconds:.3f}",
        f"{figures.tokens_per_second:.0f}",
        f"{figures.forwards:.1f}{drafted}",
        NOTHING if figures.first_hunk_seconds is None else f"{figures.first_hunk_seconds:.3f}",
        NOTHING if figures.overhead is None else f"{figures.overhead:.0%}",
        f"{ratios.median:.2f}",
        f"{ratios.p10:.2f}–{ratios.p90:.2f}",
        f"{ratios.least:.2f}",
    )


def _spread(ratios: Ratios) -> str:
    return f"{ratios.median:.3g} ({ratios.p10:.3g}–{ratios.p90:.3g})"


def _make_notes(report: LiveReport) -> Iterator[str]:
    clock = "processor time" if report.clock is Clock.PROCESSOR else "seconds"
    yield (
        f"s: {clock} from the prompt in tokens to the last token, the median of the repeats; forwards count "
        "the prefill, those of a draft model stand behind a plus."
    )
    yield "Ratios are paired: both methods on one edit in the same round, of which the median counts."
    for contender in report.contenders:
        if contender.note:
            yield f"{contender.name}: {contender.note}."
    differences = list(report.list_differences())
    for difference in differences[:_SHOWN]:
        yield (
            f"{difference.method} differs on {difference.edit} from token {difference.position} on"
            f"{', as another loop may in this precision' if difference.allowed else ''}."
        )
    if len(differences) > _SHOWN:
        yield f"{len(differences) - _SHOWN:,} more differences; --json lists all."
    if not differences:
        yield "All methods wrote the same tokens."
