"""A recording of a grid of cells as one SVG that plays by itself, in a loop."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

CELL = (8.4, 18.0)
"""Width and height of a cell, in pixels."""
BASELINE = 13.5
MARGIN = 12.0

Row = tuple[tuple[str, int], ...]
"""Text and highlight of each cell."""


@dataclass(frozen=True)
class Frame:
    """What the grid showed from some time on."""

    at: float
    """Seconds since the recording began."""
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Look:
    """How cells of one highlight are drawn."""

    front: str
    ground: str
    classes: str = ""


def write_animation(frames: Sequence[Frame], seconds: float, look: Callable[[int], Look]) -> str:
    """Return the SVG of a recording ``seconds`` long; ``look`` tells how a highlight is drawn.

    Each distinct row is drawn once; a frame only says where its rows are. Frames lie side by side, and time
    moves them past the window.
    """
    rows = list(dict.fromkeys(row for frame in frames for row in frame.rows))
    numbers = {row: number for number, row in enumerate(rows)}
    width = len(frames[0].rows[0]) * CELL[0] + 2 * MARGIN
    height = len(frames[0].rows) * CELL[1] + 2 * MARGIN
    ground = look(0).ground
    definitions = "".join(
        f'<g id="r{number}">{"".join(_draw_row(row, look))}</g>' for row, number in numbers.items()
    )
    stills = "".join(
        f'<g transform="translate({place * width:.1f},0)">'
        + "".join(
            f'<use href="#r{numbers[row]}" y="{line * CELL[1]:.0f}"/>' for line, row in enumerate(frame.rows)
        )
        + "</g>"
        for place, frame in enumerate(frames)
    )
    moves = "".join(
        f"{100 * frame.at / seconds:.3f}%{{transform:translateX({-place * width:.1f}px)}}"
        for place, frame in enumerate(frames)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">
<style>
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre }}
rect {{ shape-rendering: crispEdges }}
.b {{ font-weight: bold }} .i {{ font-style: italic }} .u {{ text-decoration: underline }}
#film {{ animation: film {seconds:.2f}s step-end infinite }}
@keyframes film {{ {moves} }}
</style>
<defs>{definitions}</defs>
<rect width="100%" height="100%" rx="8" fill="{ground}"/>
<svg x="{MARGIN}" y="{MARGIN}" width="{width - 2 * MARGIN:.1f}" height="{height - 2 * MARGIN:.1f}">
<g id="film">{stills}</g></svg>
</svg>
"""


def _draw_row(row: Row, look: Callable[[int], Look]) -> Iterator[str]:
    column = 0
    for highlight, cells in itertools.groupby(row, key=lambda cell: cell[1]):
        texts = [text for text, _ in cells]
        left, width = column * CELL[0], len(texts) * CELL[0]
        column += len(texts)
        style = look(highlight)
        if style.ground != look(0).ground:
            yield f'<rect x="{left:.1f}" width="{width:.1f}" height="{CELL[1]}" fill="{style.ground}"/>'
        line = "".join(texts)
        if text := line.strip():
            left += (len(line) - len(line.lstrip())) * CELL[0]
            yield (
                f'<text x="{left:.1f}" y="{BASELINE}" textLength="{len(text) * CELL[0]:.1f}" '
                f'fill="{style.front}" class="{style.classes}">{escape(text, quote=False)}</text>'
            )
