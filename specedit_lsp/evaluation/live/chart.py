"""How many times as fast each method is as plain decoding, as a bar chart for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import ceil

from specedit_lsp.evaluation.live.contenders import Camp, Contender
from specedit_lsp.evaluation.live.figures import LiveReport, pair

NAME_WIDTH, BAR_WIDTH, NUMBER_WIDTH, ROW, BAR, TOP = 170, 380, 50, 22, 12, 46
"""Pixels."""
TICKS = 5
STYLE = """\
text { fill: #24292f; } .faint { fill: #6a737d; } .grid { stroke: #d8dee4; } .spread { stroke: #24292f; }
.transformers { fill: #9aa4ae; } .published { fill: #d08c3f; } .ours { fill: #1f6f8b; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .faint { fill: #8b949e; } .grid { stroke: #30363d; } .spread { stroke: #e6edf3; }
  .transformers { fill: #6e7781; } .published { fill: #e0a458; } .ours { fill: #58b4d1; }
}"""


def draw_speedups(report: LiveReport) -> str:
    """Return an SVG without a background: the median of the paired ratios, and a line from p10 to p90."""
    base = report.contenders[0].name
    ratios = [pair(report.edits, contender.name, base) for contender in report.contenders]
    step = max(ceil(max(ratio.p90 for ratio in ratios) / TICKS), 1)
    scale = BAR_WIDTH / (step * TICKS)
    bottom = TOP + ROW * len(ratios)
    shapes = [
        _text(0, 14, f"Times as fast as {base}: median of {len(report.edits)} edits, p10 to p90"),
        *_key(),
    ]
    for tick in range(0, step * TICKS + 1, step):
        x = NAME_WIDTH + tick * scale
        shapes.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{bottom}"/>')
        shapes.append(_text(x, bottom + 14, str(tick), "middle", "faint"))
    for number, (contender, ratio) in enumerate(zip(report.contenders, ratios, strict=True)):
        y = TOP + ROW * number
        shapes += _draw_bar(contender, y, ratio.median * scale)
        low, high = (NAME_WIDTH + value * scale for value in (ratio.p10, ratio.p90))
        middle = y + BAR / 2
        shapes.append(f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>')
        shapes.append(_text(max(high, NAME_WIDTH) + 6, y + 10, f"{ratio.median:.1f}", name="faint"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {NAME_WIDTH + BAR_WIDTH + NUMBER_WIDTH} '
        f'{bottom + 20}" font-family="sans-serif" font-size="11">\n'
        f"<style>\n{STYLE}\n</style>\n" + "\n".join(shapes) + "\n</svg>\n"
    )


def _draw_bar(contender: Contender, y: float, length: float) -> Iterable[str]:
    yield _text(NAME_WIDTH - 8, y + 10, contender.name, "end")
    yield (f'<rect class="{contender.camp}" x="{NAME_WIDTH}" y="{y}" width="{length:.1f}" height="{BAR}"/>')


def _key() -> Iterable[str]:
    labels = {Camp.TRANSFORMERS: "transformers", Camp.PUBLISHED: "published, in our loop", Camp.OURS: "ours"}
    for number, (camp, label) in enumerate(labels.items()):
        x = NAME_WIDTH + 140 * number
        yield f'<rect class="{camp}" x="{x}" y="24" width="9" height="9"/>'
        yield _text(x + 14, 32, label, name="faint")


def _text(x: float, y: float, text: str, anchor: str = "start", name: str = "") -> str:
    style = f' class="{name}"' if name else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(text)}</text>'
