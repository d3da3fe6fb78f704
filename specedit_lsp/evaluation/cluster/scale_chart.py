"""Edits a second by editors, measured and expected, as a chart for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from specedit_lsp.evaluation.cluster.queueing import expect_throughput
from specedit_lsp.evaluation.cluster.scale import Scale

LEFT, TOP, WIDTH, HEIGHT = 44, 40, 420, 220
"""Pixels, of the place between the axes."""
TICKS = 4
STYLE = """\
text { fill: #24292f; } .faint { fill: #6a737d; } .grid { stroke: #d8dee4; }
.r0 { color: #1f6f8b; } .r1 { color: #d08c3f; } .r2 { color: #7a5195; }
polyline { stroke: currentColor; stroke-width: 1.5; fill: none; } circle { fill: currentColor; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .faint { fill: #8b949e; } .grid { stroke: #30363d; }
  .r0 { color: #58b4d1; } .r1 { color: #e0a458; } .r2 { color: #b48ad6; }
}"""


def draw_scale(scale: Scale) -> str:
    """Return an SVG without a background: a curve of what theory expects and dots of what was measured."""
    most_editors = max(cell.editors for cell in scale.cells)
    counts = sorted({cell.replicas for cell in scale.cells})
    tallest = 1.1 * max(max(cell.per_second, cell.expected_per_second) for cell in scale.cells)

    def place(editors: float, rate: float) -> tuple[float, float]:
        return LEFT + WIDTH * editors / most_editors, TOP + HEIGHT * (1 - rate / tallest)

    shapes = [_text(0, 14, "Edits a second by editors: measured (dots) and expected (curves)")]
    shapes += _draw_grid(most_editors, tallest)
    for number, replicas in enumerate(counts):
        points = [
            place(editors, _expect(scale, editors, replicas))
            for editors in range(1, most_editors + 1, max(most_editors // 100, 1))
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        shapes.append(f'<polyline class="r{number}" points="{path}"/>')
        x, y = points[-1]
        shapes.append(_text(x + 6, y + 4, f"{replicas} replica{'s' * (replicas > 1)}"))
        for cell in scale.cells:
            if cell.replicas == replicas:
                x, y = place(cell.editors, cell.per_second)
                shapes.append(f'<circle class="r{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
    shapes.append(_text(LEFT + WIDTH / 2, TOP + HEIGHT + 32, "editors", "middle", "faint"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 80} {TOP + HEIGHT + 40}" '
        f'font-family="sans-serif" font-size="11">\n<style>\n{STYLE}\n</style>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def _expect(scale: Scale, editors: int, replicas: int) -> float:
    return expect_throughput(editors, scale.habits.think_seconds, replicas, scale.service_seconds)


def _draw_grid(most_editors: int, tallest: float) -> Iterator[str]:
    for tick in range(TICKS + 1):
        y = TOP + HEIGHT * (1 - tick / TICKS)
        yield f'<line class="grid" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 6, y + 4, f"{tallest * tick / TICKS:.0f}", "end", "faint")
        x = LEFT + WIDTH * tick / TICKS
        yield _text(x, TOP + HEIGHT + 16, f"{most_editors * tick // TICKS}", "middle", "faint")


def _text(x: float, y: float, text: str, anchor: str = "start", name: str = "") -> str:
    kind = f' class="{name}"' if name else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
