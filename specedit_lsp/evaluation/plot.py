"""A picture of one edit: what each forward proposed and what of it was accepted, as Blazedit shows it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from specedit_lsp.evaluation.replay import Forward

BAR, GAP, HEIGHT, MARGIN, TOP = 8, 2, 220, 52, 34
"""Pixels."""
TICKS = 4
PROPOSED, ACCEPTED = "#c9ccd1", "#1f77b4"


def draw_forwards(forwards: Sequence[Forward], title: str) -> str:
    """Return an SVG: a bar per forward, its longest branch in grey and what was accepted in colour."""
    tallest = max(max(forward.longest for forward in forwards), 1)
    width = MARGIN + max(len(forwards) * (BAR + GAP), 240) + GAP
    bottom = TOP + HEIGHT
    shapes: list[str] = []
    for tick in range(TICKS + 1):
        value = tallest * tick / TICKS
        y = bottom - HEIGHT * tick / TICKS
        shapes.append(f'<line x1="{MARGIN}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e6e6e6"/>')
        shapes.append(_text(MARGIN - 6, y + 4, f"{value:.0f}", anchor="end"))
    for number, forward in enumerate(forwards):
        x = MARGIN + GAP + number * (BAR + GAP)
        for tokens, colour in ((forward.longest, PROPOSED), (forward.accepted, ACCEPTED)):
            high = HEIGHT * tokens / tallest
            shapes.append(
                f'<rect x="{x}" y="{bottom - high:.1f}" width="{BAR}" height="{high:.1f}" fill="{colour}"/>'
            )
    shapes.append(_text(MARGIN, 20, title))
    shapes.append(_text(MARGIN, bottom + 18, "forwards: tokens proposed (grey), accepted (blue)"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 28}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#444">{escape(text)}</text>'
