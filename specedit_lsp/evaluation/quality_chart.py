"""The share of edits that are exactly right, by kind, as a bar chart for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from specedit_lsp.evaluation.quality_report import KindFigures, QualityReport

NAME_WIDTH, BAR_WIDTH, NUMBER_WIDTH, ROW, BAR, TOP = 150, 380, 50, 19, 6, 46
"""Pixels."""
TICKS = range(0, 101, 25)
"""Percent."""
STYLE = """\
text { fill: #24292f; } .faint { fill: #6a737d; } line { stroke: #d8dee4; }
.python { fill: #1f6f8b; } .others { fill: #d08c3f; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .faint { fill: #8b949e; } line { stroke: #30363d; }
  .python { fill: #58b4d1; } .others { fill: #e0a458; }
}"""


def draw_kinds(report: QualityReport) -> str:
    """Return an SVG without a background: for each kind a bar for Python and one for the other languages."""
    width = NAME_WIDTH + BAR_WIDTH + NUMBER_WIDTH
    bottom = TOP + ROW * len(report.kinds)
    shapes = [
        _text(0, 14, "Edits that are exactly right, percent"),
        *_key(),
        *(
            f'<line x1="{_x(tick)}" x2="{_x(tick)}" y1="{TOP - 4}" y2="{bottom}"/>'
            + _text(_x(tick), bottom + 14, str(tick), "middle", "faint")
            for tick in TICKS
        ),
    ]
    for number, kind in enumerate(report.kinds):
        shapes += _draw_kind(kind, TOP + ROW * number)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 20}" '
        'font-family="sans-serif" font-size="11">\n'
        f"<style>\n{STYLE}\n</style>\n" + "\n".join(shapes) + "\n</svg>\n"
    )


def _draw_kind(kind: KindFigures, y: int) -> Iterable[str]:
    yield _text(NAME_WIDTH - 8, y + 11, kind.all.name, "end")
    for figures, name, offset in ((kind.python, "python", 1), (kind.others, "others", 1 + BAR + 1)):
        if figures.edits:
            length = BAR_WIDTH * figures.exact / figures.edits
            title = f"<title>{figures.name}: {figures.exact} of {figures.edits}</title>"
            yield (
                f'<rect class="{name}" x="{NAME_WIDTH}" y="{y + offset}" width="{length:.1f}" '
                f'height="{BAR}">{title}</rect>'
            )


def _key() -> Iterable[str]:
    for name, label, x in (("python", "Python", NAME_WIDTH), ("others", "other languages", NAME_WIDTH + 80)):
        yield f'<rect class="{name}" x="{x}" y="24" width="9" height="9"/>'
        yield _text(x + 14, 32, label, name="faint")


def _x(percent: int) -> float:
    return NAME_WIDTH + BAR_WIDTH * percent / 100


def _text(x: float, y: float, text: str, anchor: str = "start", name: str = "") -> str:
    style = f' class="{name}"' if name else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{style}>{escape(text)}</text>'
